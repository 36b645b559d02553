package dev.muster.protocols.reliability;

import dev.muster.api.Address;
import dev.muster.api.ProtocolType;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.api.View;
import dev.muster.api.Wait;
import dev.muster.spi.Capability;
import dev.muster.spi.Context;
import dev.muster.spi.Counter;
import dev.muster.spi.Digest;
import dev.muster.spi.Event;
import dev.muster.spi.Figure;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.Limits;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import dev.muster.spi.RankedNumbers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Finds out which group packets every member has delivered, so that reliable multicast forgets them, and keeps what is
 * unstable within a bound.
 *
 * <p>Each member reports to the coordinator after so many bytes, after so much time, and when it has become idle; once
 * everybody has reported, the coordinator tells the group the least. A round costs two small packets per member. Reports
 * may be lost: the next one says all again. A member whose own unstable bytes reach its share of {@code max_unstable} stops
 * its senders and asks for a round until they are fewer.
 *
 * <p>Bytes are counted with {@value #PACKET_BYTES} more per packet, for what a kept packet costs besides its payload.
 */
public final class Stable implements Protocol {

    /** Name of this protocol. */
    public static final ProtocolType TYPE = ProtocolType.of("STABLE");

    /** Wait when idle. */
    public static final Setting<Duration> STABILITY_DELAY = Setting.duration("stability_delay", Duration.ofSeconds(1))
            .positive().says("a member reports when no group packet has come for about this long");

    /** Rounds by time. */
    public static final Setting<Duration> DESIRED_AVG_GOSSIP =
            Setting.duration("desired_avg_gossip", Duration.ofSeconds(5)).atLeast(Duration.ZERO)
                    .says("a member that is not idle reports at least this often; 0: not by time");

    /** Rounds by volume. */
    public static final Setting<Long> MAX_BYTES = Setting.bytes("max_bytes", 2_000_000).atLeast(0L)
            .says("a member reports after this many bytes of group packets, or a quarter of its share of max_unstable "
                    + "if that is less; 0: by that share only")
            .insteadOf("400000", "at 1 GB/s that would be thousands of rounds a second; max_unstable bounds memory");

    /** Bound of the group. */
    public static final Setting<Long> MAX_UNSTABLE = Setting.bytes("max_unstable", 32_000_000).atLeast(100_000L)
            .says("bytes of group packets that may be kept because somebody perhaps lacks them; each member may send its "
                    + "equal share of them, but at least 256 KB");

    /** What a kept packet costs besides its payload. */
    static final int PACKET_BYTES = 256;

    private static final long LEAST_SHARE = 256_000;
    private static final long URGENT_WAIT = Duration.ofMillis(50).toNanos();
    private static final int TIMER_REPORT = 1;
    private static final int TIMER_URGENT = 2;
    private static final int TIMER_RIDE = 3;

    private final long roundBytes;
    private final long mostUnstable;
    private final ReportPace pace;
    private final Sieve sieve = new Sieve(this::take);

    private Context context;
    private Address self;
    private View view;
    private boolean coordinating;
    private StabilityReports reports;
    private SendingShare share;
    private Ride ride;
    private long[] stable = {};
    private long[] reported = {};
    private boolean asking;
    /** Whether anything was learnt since the last report. */
    private boolean progress;
    private Counter rounds;
    private Counter reportsSent;

    private Stable(Settings settings) {
        pace = new ReportPace(settings.get(STABILITY_DELAY).toNanos(), settings.get(DESIRED_AVG_GOSSIP).toNanos());
        roundBytes = settings.get(MAX_BYTES);
        mostUnstable = settings.get(MAX_UNSTABLE);
    }

    @Override
    public void start(Context to) {
        context = to;
        self = to.self();
        share = new SendingShare(to);
        ride = new Ride(to, TIMER_RIDE);
        rounds = to.counter("rounds");
        reportsSent = to.counter("reports_sent");
    }

    @Override
    public List<Wait> waits() {
        return share.waits();
    }

    @Override
    public boolean tellsWhatItKeeps() {
        return true;
    }

    @Override
    public Limits limits(Limits below) {
        return below.less(ride.room(below.packetBytes()));
    }

    // packets

    @Override
    public void down(Packet packet) {
        boolean data = packet.isToGroup() && packet.has(Packet.DATA) && !packet.has(Packet.UNRELIABLE);
        context.passDown(data ? ride.on(packet) : packet);
    }

    @Override
    public void up(Packet packet) {
        Packet rest = take(packet);
        if (rest != null) {
            context.passUp(rest);
            reportAfterBytes();
        }
    }

    @Override
    public void up(PacketBatch batch) {
        PacketBatch rest = sieve.rest(batch);
        if (!rest.isEmpty()) {
            context.passUp(rest);
        }
        reportAfterBytes();
    }

    /** Count a group packet, and take off what is for this layer; null if that is all. */
    private Packet take(Packet packet) {
        StableHeader header = packet.header(StableHeader.class);
        if (header != null) {
            receive(packet.source(), header);
        }
        if (header != null && !packet.has(Packet.DATA)) {
            return null;
        }
        if (packet.has(Packet.UNRELIABLE) || !packet.isToGroup()) {
            return packet;
        }
        int bytes = packet.length() + PACKET_BYTES;
        pace.count(bytes);
        if (packet.source().equals(self)) {
            share.sent(bytes);
        }
        return header == null ? packet : packet.without(StableHeader.class);
    }

    private void receive(Address source, StableHeader header) {
        int rank = view == null || source.equals(self) ? -1 : view.rankOf(source);
        if (rank < 0 || !header.view().equals(view.id()) || !header.delivered().fits(view.size())) {
            return;
        }
        long[] delivered = header.delivered().byRank();
        switch (header.kind()) {
            case StableHeader.REPORT -> {
                if (coordinating && Arrays.equals(delivered, stable)) {
                    // It has no more than what is stable and reports all the same: perhaps it was not told.
                    ride.sendAlone(word(StableHeader.STABLE, stable), source);
                }
                take(rank, delivered);
            }
            case StableHeader.STABLE -> {
                if (rank == 0) {
                    learn(delivered);
                }
            }
            default -> asked();
        }
    }

    private StableHeader word(int kind, long[] numbers) {
        return new StableHeader(kind, view.id(), RankedNumbers.of(numbers));
    }

    // reporting

    private void reportAfterBytes() {
        if (view == null) {
            return;
        }
        if (pace.isDue()) {
            report();
        }
        if (share.pauseIfUsedUp()) {
            ride.hurry();
            context.setTimer(TIMER_URGENT, URGENT_WAIT);
        }
        if (pace.mustTick()) {
            context.setTimer(TIMER_REPORT, pace.tick());
        }
    }

    /** Ask for the digest; the report goes out when it comes. */
    private void report() {
        pace.reported(context.nowNanos());
        context.emitDown(new Event.DigestRequested());
    }

    private void send(Digest digest) {
        if (view == null || !view.id().equals(digest.view())) {
            return;
        }
        share.mark(digest.of(self));
        reported = StabilityReports.byRank(digest, view);
        if (coordinating) {
            take(0, reported);
        } else {
            reportsSent.increment();
            send(word(StableHeader.REPORT, reported), view.coordinator());
        }
    }

    /** Somebody may wait whose data would have to carry words, or the word before may be held up behind lost data. */
    private void send(StableHeader word, Address receiver) {
        ride.send(word, receiver, asking || share.isPaused() || !progress);
        progress = coordinating;
    }

    // deciding

    private void take(int rank, long[] delivered) {
        long[] least = coordinating ? reports.report(rank, delivered, stable) : null;
        if (least != null) {
            rounds.increment();
            if (view.size() > 1) {
                send(word(StableHeader.STABLE, least), null);
            }
            learn(least);
        }
    }

    private void learn(long[] least) {
        stable = least;
        progress = true;
        context.emitDown(new Event.Stable(StabilityReports.digest(least, view)));
        int own = view.rankOf(self);
        share.stable(own < least.length ? least[own] : 0);
    }

    /** Somebody waits: the coordinator asks all, all report. */
    private void asked() {
        if (!asking) {
            asking = true;
            context.setTimer(TIMER_URGENT, URGENT_WAIT);
            if (coordinating) {
                reports.ask();
                if (view.size() > 1) {
                    ride.sendAlone(StableHeader.ask(view.id()), null);
                }
            }
        }
        report();
    }

    // time

    @Override
    public void timer(int id) {
        if (id == TIMER_URGENT) {
            urge();
        } else if (id == TIMER_RIDE) {
            ride.hurry();
        } else {
            tick();
        }
    }

    private void tick() {
        ReportPace.Finding finding = pace.look(Arrays.equals(reported, stable), context.nowNanos());
        if (finding == ReportPace.Finding.REPORT) {
            report();
        }
        if (finding != ReportPace.Finding.END) {
            context.setTimer(TIMER_REPORT, pace.tick());
        }
    }

    private void urge() {
        asking = false;
        if (share.isPaused()) {
            if (coordinating) {
                asked();
            } else {
                ride.sendAlone(StableHeader.ask(view.id()), view.coordinator());
            }
            context.setTimer(TIMER_URGENT, URGENT_WAIT);
        }
    }

    @Override
    public Event event(Event event) {
        if (event instanceof Event.ViewInstalled installed) {
            install(installed.view());
        } else if (event instanceof Event.DigestReported digest) {
            send(digest.digest());
            return null;
        } else if (event instanceof Event.SendingPaused paused && paused.destination() == null) {
            // reliable multicast holds data back, a view change is on for instance
            ride.hurry();
        }
        return event;
    }

    private void install(View next) {
        view = next;
        coordinating = next.coordinator().equals(self);
        reports = coordinating ? new StabilityReports(next.size()) : null;
        stable = new long[0];
        reported = new long[0];
        asking = false;
        progress = true;
        context.cancelTimer(TIMER_REPORT);
        context.cancelTimer(TIMER_URGENT);
        ride.forget();
        long bytes = Math.max(Math.min(LEAST_SHARE, mostUnstable), mostUnstable / next.size());
        pace.restart(roundBytes == 0 ? bytes / 4 : Math.min(roundBytes, bytes / 4), context.nowNanos());
        share.restart(bytes);
    }

    /** Publishes the protocol. */
    public static final class Provider implements ProtocolProvider {

        /** For the service loader. */
        public Provider() {}

        @Override
        public ProtocolType type() {
            return TYPE;
        }

        @Override
        public String says() {
            return "Finds out which group packets everybody has, so that they are forgotten, and bounds the others.";
        }

        @Override
        public List<String> promises() {
            return List.of(
                    "a group packet is forgotten only when every member of the view has delivered it",
                    "no more than max_unstable bytes of group packets are kept for sending them again");
        }

        @Override
        public List<String> doesNotPromise() {
            return List.of(
                    "a time within which packets are forgotten: a member that lags behind delays it, and in the end its "
                        + "senders");
        }

        @Override
        public List<Figure> figures() {
            return List.of(
                    new Figure("rounds", "rounds that ended with something new to forget, as coordinator"),
                    new Figure("reports_sent", "reports to the coordinator"),
                    new Figure("words_ridden", "reports, and words of the coordinator, that went on packets of data"),
                    new Figure("words_alone", "reports, and words of the coordinator, in packets of their own"),
                    new Figure("pauses", "times that this member stopped sending because too much of it was not known "
                        + "to be everywhere"));
        }

        @Override
        public List<Setting<?>> settings() {
            return List.of(STABILITY_DELAY, DESIRED_AVG_GOSSIP, MAX_BYTES, MAX_UNSTABLE);
        }

        @Override
        public Set<Capability> provides() {
            return Set.of(Capability.STABILITY);
        }

        @Override
        public Set<Capability> requiresBelow() {
            return Set.of(Capability.RELIABLE_MULTICAST);
        }

        @Override
        public Set<Capability> requiresAbove() {
            return Set.of(Capability.MEMBERSHIP);
        }

        @Override
        public List<HeaderCodec<?>> headers() {
            return List.of(new StableHeader.Codec());
        }

        @Override
        public Protocol create(Settings settings) {
            return new Stable(settings);
        }
    }
}
