package dev.muster.protocols.reliability;

import dev.muster.api.Address;
import dev.muster.api.ProtocolType;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.api.Wait;
import dev.muster.spi.Capability;
import dev.muster.spi.Context;
import dev.muster.spi.Counter;
import dev.muster.spi.Event;
import dev.muster.spi.Figure;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.Limits;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import dev.muster.spi.PacketCodec;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reliable packets to one member: each arrives once and in the order sent, whatever its size, also at and from those who are
 * not members yet.
 *
 * <p>Per peer and direction there is one connection, with a number that only grows during this member's life and sequence
 * numbers from 1. Addresses are unique per life, so a receiver never takes an old connection for a new one: it remembers
 * number and position of each peer's last connection, drops what is of an earlier one, and begins anew with a later one. A
 * receiver that had to forget even that (it remembers thousands) says RESET, and the sender opens the next connection for
 * all that is not acknowledged.
 *
 * <p>A sender keeps everything until it is acknowledged up to there. Towards members that leave the view it drops everything
 * once application data are among it; towards others that stay silent it gives up after some ten seconds.
 *
 * <p>Group packets and packets marked {@link Packet#UNRELIABLE} pass untouched.
 */
public final class Unicast implements Protocol {

    /** Name of this protocol. */
    public static final ProtocolType TYPE = ProtocolType.of("UNICAST");

    /** When to send again. */
    public static final Setting<List<Duration>> TIMEOUT = Setting.durations("timeout",
            List.of(Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofMillis(400), Duration.ofMillis(800),
                    Duration.ofMillis(1600))).alias("xmit_interval").positive()
            .says("successive waits before a packet that is not acknowledged is sent again; the last one repeats")
            .insteadOf("300ms,600ms,1200ms,2400ms,3600ms", "acknowledgements come within 10 ms, and membership waits "
                    + "for these packets");

    private static final long ACK_DELAY = Duration.ofMillis(10).toNanos();
    private static final int ACK_PACKETS = 32;
    private static final long ACK_BYTES = 256_000;
    private static final int RESEND_PACKETS = 16;
    private static final long GIVE_UP = Duration.ofSeconds(10).toNanos();
    /** By then a sender that is no member has given up itself. */
    private static final long FORGET = GIVE_UP * 3 / 2;
    private static final int GIVE_UP_TRIES = 6;
    /** What strangers may leave behind gaps and in unfinished parts, together; beyond, they have to send in order. */
    private static final long STRANGERS_BYTES = 32L << 20;
    private static final int UPPER_HEADERS = 256;
    private static final int TIMER_RESEND = 1;
    private static final int TIMER_ACKNOWLEDGE = 2;
    private static final int TIMER_FORGET = 3;

    private final Waits waits;
    private final Peers peers = new Peers();
    private final List<Peer> owing = new ArrayList<>();
    private Context context;
    private Address self;
    private long cluster;
    private Deliveries deliveries;
    private int partBytes = Integer.MAX_VALUE;
    private long connections;
    private long resendTimerAt = SendConnection.NEVER;
    private Counter sentAgain;
    private Counter duplicates;
    private Counter refused;
    private Counter stale;
    private Counter acknowledgements;
    private Counter resets;
    private Counter givenUp;
    private boolean forgetting;

    private Unicast(Settings settings) {
        waits = new Waits(settings.get(TIMEOUT));
    }

    @Override
    public void start(Context to) {
        context = to;
        self = to.self();
        cluster = PacketCodec.clusterId(to.cluster());
        deliveries = new Deliveries(to);
        sentAgain = to.counter("retransmissions_sent");
        duplicates = to.counter("duplicates");
        refused = to.counter("refused_of_strangers");
        stale = to.counter("dropped_old_connection");
        acknowledgements = to.counter("acknowledgements_sent");
        resets = to.counter("resets");
        givenUp = to.counter("connections_given_up");
        to.gauge("waiting_packets", () -> peers.all().stream().mapToLong(Peer::waiting).sum());
        to.gauge("kept_bytes", () -> peers.all().stream().mapToLong(Peer::bytes).sum());
    }

    @Override
    public List<Wait> waits() {
        List<Wait> told = new ArrayList<>();
        for (Peer peer : peers.all()) {
            peer.tellWaits(context.nowNanos(), told);
        }
        return told;
    }

    @Override
    public Limits limits(Limits below) {
        Limits above = below.less(UnicastHeader.MOST_BYTES);
        partBytes = Math.max(above.packetBytes() / 2, above.packetBytes() - UPPER_HEADERS);
        return above;
    }

    // sending

    @Override
    public void down(Packet packet) {
        Address destination = packet.destination();
        if (destination == null || packet.has(Packet.UNRELIABLE)) {
            context.passDown(packet);
        } else if (destination.equals(self)) {
            context.passUp(packet.from(self, cluster));
        } else {
            Peer peer = peers.of(destination);
            if (packet.physical() != null) {
                peer.physical = packet.physical();
            }
            if (packet.length() <= partBytes || packet.has(Packet.DATA)) {
                send(peer, packet, 0);
            } else {
                sendInParts(peer, packet);
            }
        }
    }

    /** The last part carries flags and headers of the layers above. */
    private void sendInParts(Peer peer, Packet packet) {
        int at = 0;
        for (; packet.length() - at > partBytes; at += partBytes) {
            send(peer, Packet.to(peer.address, peer.physical)
                    .withPayload(packet.buffer(), packet.offset() + at, partBytes), UnicastHeader.MORE);
        }
        send(peer, packet.withPayload(packet.buffer(), packet.offset() + at, packet.length() - at), UnicastHeader.LAST);
    }

    private void send(Peer peer, Packet packet, int part) {
        SendConnection out = peer.out;
        long now = context.nowNanos();
        if (out == null) {
            connections++;
            out = new SendConnection(connections);
            peer.out = out;
        }
        if (out.isIdle()) {
            out.heardAt = now;
            out.tries = 0;
            resendLater(out, now + waits.after(0));
        }
        Packet numbered = packet.with(header(peer, out.highest() + 1, part));
        out.keep(numbered);
        context.passDown(numbered);
    }

    /** A header for a packet that leaves now: with the acknowledgement that is due. */
    private UnicastHeader header(Peer peer, long sequence, int part) {
        SendConnection out = peer.out;
        ReceiveConnection in = peer.in;
        int flags = out.isOpening() ? part | UnicastHeader.OPENING : part;
        if (in == null) {
            return UnicastHeader.data(flags, out.number(), sequence, 0, 0);
        }
        if (!in.hasGap()) {
            in.owedPackets = 0;
            in.owedBytes = 0;
        }
        return UnicastHeader.data(flags, out.number(), sequence, in.number(), in.delivered());
    }

    private void resendLater(SendConnection out, long at) {
        out.resendAt = at;
        if (at < resendTimerAt) {
            resendTimerAt = at;
            context.setTimer(TIMER_RESEND, at - context.nowNanos());
        }
    }

    private void resendWhereDue() {
        resendTimerAt = SendConnection.NEVER;
        long now = context.nowNanos();
        long next = SendConnection.NEVER;
        for (Peer peer : peers.all()) {
            SendConnection out = peer.out;
            if (out != null && out.resendAt <= now) {
                resendOldest(peer, now);
            }
            next = peer.out == null ? next : Math.min(next, peer.out.resendAt);
        }
        if (next != SendConnection.NEVER) {
            resendTimerAt = next;
            context.setTimer(TIMER_RESEND, next - now);
        }
    }

    private void resendOldest(Peer peer, long now) {
        SendConnection out = peer.out;
        if (out.isIdle()) {
            out.resendAt = SendConnection.NEVER;
        } else if (!peers.isMember(peer) && out.tries >= GIVE_UP_TRIES && now - out.heardAt > GIVE_UP) {
            givenUp.increment();
            peer.out = null;
        } else {
            long last = Math.min(out.highest(), out.acknowledged() + RESEND_PACKETS);
            for (long sequence = out.acknowledged() + 1; sequence <= last; sequence++) {
                resend(peer, sequence);
            }
            out.tries++;
            out.resendAt = now + waits.after(out.tries);
        }
    }

    private void resend(Peer peer, long sequence) {
        Packet packet = peer.out.get(sequence);
        int part = packet.header(UnicastHeader.class).flags() & (UnicastHeader.MORE | UnicastHeader.LAST);
        sentAgain.increment();
        context.passDown(packet.with(header(peer, sequence, part)));
    }

    // receiving

    @Override
    public void up(Packet packet) {
        receive(packet);
        deliveries.passUp();
    }

    @Override
    public void up(PacketBatch batch) {
        for (int i = 0; i < batch.size(); i++) {
            receive(batch.get(i));
        }
        deliveries.passUp();
    }

    private void receive(Packet packet) {
        UnicastHeader header = packet.header(UnicastHeader.class);
        if (header == null) {
            deliveries.add(packet);
            return;
        }
        switch (header.kind()) {
            case UnicastHeader.DATA -> receiveData(peers.of(packet.source()), packet, header);
            case UnicastHeader.ACK -> {
                acknowledged(peers.find(packet.source()), header.connection(), header.sequence());
                hurry(peers.find(packet.source()), header);
            }
            default -> reset(peers.find(packet.source()), header.connection());
        }
    }

    private void receiveData(Peer peer, Packet packet, UnicastHeader header) {
        if (header.is(UnicastHeader.RIDES)) {
            acknowledged(peer, header.riddenConnection(), header.riddenSequence());
        }
        if (!isCurrent(peer, header)) {
            return;
        }
        ReceiveConnection in = peer.in;
        in.heardAt = context.nowNanos();
        if (in.keeps(header) && !peers.isMember(peer) && peers.bytesOfStrangers() + packet.length() > STRANGERS_BYTES) {
            refused.increment();
            return;
        }
        if (in.offer(header.sequence(), packet)) {
            Packet ahead = in.outOfBand(header.sequence(), header);
            if (ahead != null) {
                deliveries.add(ahead);
            }
            for (Packet next = in.next(); next != null; next = in.next()) {
                deliveries.add(next);
            }
        } else {
            duplicates.increment();
        }
        if (in.waiting() > 0 && !peers.isMember(peer)) {
            forgetAfter(FORGET);
        }
        owe(peer, packet.length());
    }

    private void forgetAfter(long nanos) {
        if (!forgetting) {
            forgetting = true;
            context.setTimer(TIMER_FORGET, nanos);
        }
    }

    /** What waits for more of somebody who is no member and silent would wait for ever. */
    private void forgetTheSilent() {
        forgetting = false;
        long left = SendConnection.NEVER;
        for (Peer peer : peers.all()) {
            if (peer.in != null && peer.in.waiting() > 0 && !peers.isMember(peer)) {
                long silent = context.nowNanos() - peer.in.heardAt;
                if (silent >= FORGET) {
                    peer.in.trim();
                } else {
                    left = Math.min(left, FORGET - silent);
                }
            }
        }
        if (left != SendConnection.NEVER) {
            forgetAfter(left);
        }
    }

    /** Sort out which connection a packet is of; true if it is of the present one, perhaps opened just now. */
    private boolean isCurrent(Peer peer, UnicastHeader header) {
        long present = peer.in == null ? 0 : peer.in.number();
        if (header.connection() < present) {
            stale.increment();
            return false;
        }
        if (header.connection() > present) {
            if (!header.is(UnicastHeader.OPENING)) {
                context.passDown(control(peer, UnicastHeader.reset(header.connection())));
                return false;
            }
            peer.in = new ReceiveConnection(header.connection());
        } else if (!header.is(UnicastHeader.OPENING) && peer.in.delivered() == 0) {
            // what was acknowledged was so before this side forgot the connection: it never comes again
            context.passDown(control(peer, UnicastHeader.reset(header.connection())));
            return false;
        }
        return true;
    }

    private void owe(Peer peer, int bytes) {
        ReceiveConnection in = peer.in;
        in.owedPackets++;
        in.owedBytes += bytes;
        boolean newGap = in.hasGap() && (in.gapReportedAt != in.delivered()
                || context.nowNanos() - in.gapReportedNanos >= ACK_DELAY);
        if (newGap || in.owedPackets >= ACK_PACKETS || in.owedBytes >= ACK_BYTES) {
            acknowledge(peer);
        } else if (!in.listed) {
            in.listed = true;
            owing.add(peer);
            if (owing.size() == 1) {
                context.setTimer(TIMER_ACKNOWLEDGE, ACK_DELAY);
            }
        }
    }

    private void acknowledge(Peer peer) {
        ReceiveConnection in = peer.in;
        in.owedPackets = 0;
        in.owedBytes = 0;
        if (in.hasGap()) {
            in.gapSince = in.gapReportedAt == in.delivered() ? in.gapSince : context.nowNanos();
            in.gapReportedAt = in.delivered();
            in.gapReportedNanos = context.nowNanos();
        }
        acknowledgements.increment();
        context.passDown(control(peer, UnicastHeader.ack(in.number(), in.delivered(), in.beyond())));
    }

    private void acknowledgeWhereOwed() {
        for (int i = 0; i < owing.size(); i++) {
            Peer peer = owing.get(i);
            if (peer.in != null) {
                peer.in.listed = false;
                if (peer.in.owedPackets > 0) {
                    acknowledge(peer);
                }
            }
        }
        owing.clear();
    }

    private Packet control(Peer peer, UnicastHeader header) {
        return Packet.to(peer.address, peer.physical).withFlags(Packet.UNRELIABLE).with(header);
    }

    // being acknowledged

    private void acknowledged(Peer peer, long connection, long sequence) {
        SendConnection out = peer == null ? null : peer.out;
        if (out == null || out.number() != connection) {
            return;
        }
        long now = context.nowNanos();
        out.heardAt = now;
        if (out.acknowledge(sequence)) {
            out.tries = 0;
            if (out.isIdle()) {
                out.resendAt = SendConnection.NEVER;
            } else {
                resendLater(out, now + waits.after(0));
            }
        }
    }

    /** Send what the peer lacks at once. */
    private void hurry(Peer peer, UnicastHeader header) {
        if (peer == null || peer.out == null || peer.out.number() != header.connection()) {
            return;
        }
        SendConnection out = peer.out;
        long now = context.nowNanos();
        long missing = header.sequence() + 1;
        for (int i = 0; i < header.ranges().count(); i++) {
            long end = Math.min(header.ranges().from(i) - 1, out.highest());
            for (long sequence = Math.max(missing, out.acknowledged() + 1); sequence <= end; sequence++) {
                if (out.hurry(sequence, now, waits.after(0) / 2)) {
                    resend(peer, sequence);
                }
            }
            missing = header.ranges().to(i) + 1;
        }
    }

    private void reset(Peer peer, long connection) {
        if (peer == null || peer.out == null || peer.out.number() != connection) {
            return;
        }
        resets.increment();
        SendConnection old = peer.out;
        peer.out = null;
        for (long sequence = old.acknowledged() + 1; sequence <= old.highest(); sequence++) {
            Packet packet = old.get(sequence);
            send(peer, packet, packet.header(UnicastHeader.class).flags() & (UnicastHeader.MORE | UnicastHeader.LAST));
        }
    }

    // time and views

    @Override
    public void timer(int id) {
        if (id == TIMER_RESEND) {
            resendWhereDue();
        } else if (id == TIMER_FORGET) {
            forgetTheSilent();
        } else {
            acknowledgeWhereOwed();
        }
    }

    @Override
    public Event event(Event event) {
        if (event instanceof Event.ViewInstalled installed) {
            peers.install(installed.view()).forEach(this::left);
        }
        return event;
    }

    /** Words of membership to a leaver are still repeated for a while: they may tell it that it has left. */
    private void left(Peer peer) {
        if (peer.out != null && peer.out.hasData()) {
            peer.out = null;
        }
        if (peer.in != null) {
            peer.in.trim();
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
        public List<String> aliases() {
            return List.of("UNICAST2", "UNICAST3", "UNICAST4");
        }

        @Override
        public String says() {
            return "Packets to one member arrive, once, in order, whatever their size; lost ones are sent again.";
        }

        @Override
        public List<String> promises() {
            return List.of(
                    "a packet to one member arrives once, in order, whatever its size, as long as both live and no view "
                        + "excludes one of them",
                    "no packet of a former life or connection is taken for one of the present",
                    "strangers can make a member keep a bounded number of bytes only");
        }

        @Override
        public List<String> doesNotPromise() {
            return List.of(
                    "order between packets to one member and packets to the group",
                    "delivery to a member that leaves, or that a view removes");
        }

        @Override
        public List<Figure> figures() {
            return List.of(
                    new Figure("retransmissions_sent", "packets sent again"),
                    new Figure("acknowledgements_sent", "acknowledgements sent by themselves, not riding on packets"),
                    new Figure("duplicates", "packets that had come before"),
                    new Figure("dropped_old_connection", "packets of a connection that has ended"),
                    new Figure("refused_of_strangers", "packets of senders that are no members, beyond what is kept of "
                        + "such"),
                    new Figure("resets", "connections begun anew because the other side had forgotten them"),
                    new Figure("connections_given_up", "connections to silent members of no view, given up"),
                    Figure.WAITING_PACKETS,
                    Figure.KEPT_BYTES);
        }

        @Override
        public List<Setting<?>> settings() {
            return List.of(TIMEOUT);
        }

        @Override
        public Set<Capability> provides() {
            return Set.of(Capability.RELIABLE_UNICAST);
        }

        @Override
        public Set<Capability> requiresBelow() {
            return Set.of(Capability.TRANSPORT);
        }

        @Override
        public List<HeaderCodec<?>> headers() {
            return List.of(new UnicastHeader.Codec());
        }

        @Override
        public Protocol create(Settings settings) {
            return new Unicast(settings);
        }
    }
}
