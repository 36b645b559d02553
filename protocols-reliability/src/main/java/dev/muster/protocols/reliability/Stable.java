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
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import dev.muster.spi.RankedNumbers;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    private final long delay;
    private final long gossip;
    private final long roundBytes;
    private final long mostUnstable;

    private Context context;
    private Address self;
    private View view;
    private boolean coordinating;
    private StabilityReports reports;
    private long[] stable = {};
    private long[] reported = {};
    private UnstableBytes unstable = new UnstableBytes();
    private long share;
    private long threshold;
    private long bytesSinceReport;
    private long bytesAtTimer;
    private long bytesSeen;
    private long reportedAt;
    private boolean timing;
    private boolean paused;
    private long pausedAt;
    private boolean asking;
    private boolean answering;
    private Counter rounds;
    private Counter reportsSent;
    private Counter pauses;

    private Stable(Settings settings) {
        delay = settings.get(STABILITY_DELAY).toNanos();
        gossip = settings.get(DESIRED_AVG_GOSSIP).toNanos();
        roundBytes = settings.get(MAX_BYTES);
        mostUnstable = settings.get(MAX_UNSTABLE);
    }

    @Override
    public void start(Context to) {
        context = to;
        self = to.self();
        rounds = to.counter("rounds");
        reportsSent = to.counter("reports_sent");
        pauses = to.counter("pauses");
    }

    @Override
    public List<Wait> waits() {
        return paused ? List.of(new Wait(Wait.Reason.STABILITY, "bytes of this member that perhaps not all members have: "
                + unstable.bytes() + ", its share: " + share, List.of(), Duration.ofNanos(context.nowNanos() - pausedAt)))
                : List.of();
    }

    @Override
    public void down(Packet packet) {
        context.passDown(packet);
    }

    @Override
    public void up(Packet packet) {
        if (!consume(packet)) {
            context.passUp(packet);
            reportAfterBytes();
        }
    }

    @Override
    public void up(PacketBatch batch) {
        PacketBatch rest = batch;
        for (int i = 0; i < batch.size(); i++) {
            if (consume(batch.get(i))) {
                rest = rest == batch ? firstOf(batch, i) : rest;
            } else if (rest != batch) {
                rest.add(batch.get(i));
            }
        }
        if (!rest.isEmpty()) {
            context.passUp(rest);
        }
        reportAfterBytes();
    }

    private static PacketBatch firstOf(PacketBatch batch, int count) {
        PacketBatch first = new PacketBatch(batch.size());
        for (int i = 0; i < count; i++) {
            first.add(batch.get(i));
        }
        return first;
    }

    /** Count a group packet, or take what is for this layer; true for the latter. */
    private boolean consume(Packet packet) {
        StableHeader header = packet.header(StableHeader.class);
        if (header != null) {
            receive(packet.source(), header);
            return true;
        }
        if (packet.isToGroup() && !packet.has(Packet.UNRELIABLE)) {
            int bytes = packet.length() + PACKET_BYTES;
            bytesSinceReport += bytes;
            bytesSeen += bytes;
            if (packet.source().equals(self)) {
                unstable.sent(bytes);
            }
        }
        return false;
    }

    private void receive(Address source, StableHeader header) {
        int rank = view == null ? -1 : view.rankOf(source);
        if (rank < 0 || !header.view().equals(view.id()) || !header.delivered().fits(view.size())) {
            return;
        }
        long[] delivered = header.delivered().byRank();
        switch (header.kind()) {
            case StableHeader.REPORT -> {
                if (coordinating && Arrays.equals(delivered, stable)) {
                    // It has no more than what is stable and reports all the same: perhaps it was not told.
                    context.passDown(Packet.to(source).withFlags(Packet.UNRELIABLE)
                            .with(new StableHeader(StableHeader.STABLE, view.id(), RankedNumbers.of(stable))));
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

    // reporting

    private void reportAfterBytes() {
        if (view == null) {
            return;
        }
        if (bytesSinceReport >= threshold) {
            report();
        }
        if (!paused && unstable.bytes() > share) {
            paused = true;
            pausedAt = context.nowNanos();
            pauses.increment();
            context.emitUp(new Event.SendingPaused(null));
            context.setTimer(TIMER_URGENT, URGENT_WAIT);
        }
        if (!timing && bytesSeen != bytesAtTimer) {
            startTiming();
        }
    }

    private void startTiming() {
        timing = true;
        bytesAtTimer = bytesSeen;
        context.setTimer(TIMER_REPORT, delay);
    }

    /** Ask for the digest; the report goes out when it comes. */
    private void report() {
        bytesSinceReport = 0;
        reportedAt = context.nowNanos();
        context.emitDown(new Event.DigestRequested());
    }

    private void send(Digest digest) {
        if (view == null || !view.id().equals(digest.view())) {
            return;
        }
        unstable.mark(digest.of(self));
        long[] delivered = new long[view.size()];
        int length = 0;
        for (int rank = 0; rank < delivered.length; rank++) {
            delivered[rank] = digest.of(view.members().get(rank));
            length = delivered[rank] > 0 ? rank + 1 : length;
        }
        reported = Arrays.copyOf(delivered, length);
        if (coordinating) {
            take(0, reported);
        } else {
            reportsSent.increment();
            toCoordinator(new StableHeader(StableHeader.REPORT, view.id(), RankedNumbers.of(reported)));
        }
    }

    private void toCoordinator(StableHeader header) {
        context.passDown(Packet.to(view.coordinator()).withFlags(Packet.UNRELIABLE).with(header));
    }

    private void toGroup(StableHeader header) {
        if (view.size() > 1) {
            context.passDown(Packet.toGroup().withFlags(Packet.UNRELIABLE).with(header));
        }
    }

    // deciding

    private void take(int rank, long[] delivered) {
        if (!coordinating || !reports.report(rank, delivered)) {
            return;
        }
        long[] least = reports.least();
        if (answering || !Arrays.equals(least, stable)) {
            answering = false;
            reports.renew();
            rounds.increment();
            toGroup(new StableHeader(StableHeader.STABLE, view.id(), RankedNumbers.of(least)));
            learn(least);
        }
    }

    private void learn(long[] least) {
        stable = least;
        Map<Address, Long> digest = new LinkedHashMap<>();
        for (int rank = 0; rank < least.length; rank++) {
            if (least[rank] > 0) {
                digest.put(view.members().get(rank), least[rank]);
            }
        }
        int own = view.rankOf(self);
        unstable.stable(own < least.length ? least[own] : 0);
        context.emitDown(new Event.Stable(new Digest(view.id(), digest, Map.of())));
        resumeIfFew();
    }

    private void resumeIfFew() {
        if (paused && unstable.bytes() <= share / 2) {
            resume();
        }
    }

    private void resume() {
        paused = false;
        context.cancelTimer(TIMER_URGENT);
        context.emitUp(new Event.SendingResumed(null));
    }

    /** Somebody waits: the coordinator asks all, all report. */
    private void asked() {
        if (coordinating && !asking) {
            asking = true;
            context.setTimer(TIMER_URGENT, URGENT_WAIT);
            answering = true;
            reports.renew();
            toGroup(StableHeader.ask(view.id()));
        }
        report();
    }

    // time

    @Override
    public void timer(int id) {
        if (id == TIMER_URGENT) {
            urge();
        } else {
            timing = false;
            boolean idle = bytesSeen == bytesAtTimer;
            boolean due = gossip > 0 && context.nowNanos() - reportedAt >= gossip;
            if (idle && Arrays.equals(reported, stable) && bytesSinceReport == 0) {
                return;
            }
            if (idle || due) {
                report();
            }
            startTiming();
        }
    }

    private void urge() {
        asking = false;
        if (paused) {
            if (coordinating) {
                asked();
            } else {
                toCoordinator(StableHeader.ask(view.id()));
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
        }
        return event;
    }

    private void install(View next) {
        view = next;
        coordinating = next.coordinator().equals(self);
        reports = coordinating ? new StabilityReports(next.size()) : null;
        stable = new long[0];
        reported = new long[0];
        unstable = new UnstableBytes();
        share = Math.max(Math.min(LEAST_SHARE, mostUnstable), mostUnstable / next.size());
        threshold = roundBytes == 0 ? share / 4 : Math.min(roundBytes, share / 4);
        bytesSinceReport = 0;
        bytesAtTimer = bytesSeen;
        reportedAt = context.nowNanos();
        timing = false;
        asking = false;
        answering = false;
        context.cancelTimer(TIMER_REPORT);
        context.cancelTimer(TIMER_URGENT);
        if (paused) {
            resume();
        }
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
