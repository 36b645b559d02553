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
 * all that is not acknowledged. It knows that it has forgotten by what the sender's packets tell of what was acknowledged.
 *
 * <p>A sender keeps everything until it is acknowledged up to there. Towards members that leave the view it drops everything
 * once application data are among it, or if their process has ended; towards others that stay silent it gives up after some
 * ten seconds, after one if their process has ended, or when more than eight megabytes wait.
 *
 * <p>{@link Resends} sends again, {@link Arrivals} sorts out what comes, {@link Acknowledgements} says so; {@link Peers} remembers
 * both ends.
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

    /** What is kept for one that is no member until it is acknowledged. */
    private static final long TO_STRANGER_BYTES = 8L << 20;
    private static final int UPPER_HEADERS = 256;
    private static final int TIMER_RESEND = 1;
    private static final int TIMER_ACKNOWLEDGE = 2;
    private static final int TIMER_FORGET = 3;

    private final Waits waits;
    private final Peers peers = new Peers();
    private Context context;
    private Address self;
    private long cluster;
    private Deliveries deliveries;
    private Resends resends;
    private Acknowledgements acknowledgements;
    private Arrivals arrivals;
    private int partBytes = Integer.MAX_VALUE;
    private long connections;
    private Counter resets;

    private Unicast(Settings settings) {
        waits = new Waits(settings.get(TIMEOUT));
    }

    @Override
    public void start(Context to) {
        context = to;
        self = to.self();
        cluster = PacketCodec.clusterId(to.cluster());
        deliveries = new Deliveries(to);
        resends = new Resends(to, TIMER_RESEND, waits, peers);
        acknowledgements = new Acknowledgements(to, TIMER_ACKNOWLEDGE);
        arrivals = new Arrivals(to, TIMER_FORGET, peers, deliveries, acknowledgements);
        resets = to.counter("resets");
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
    public boolean tellsWhatItKeeps() {
        return true;
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
        if (out == null) {
            connections++;
            out = new SendConnection(connections);
            peer.out = out;
            peer.isAcquainted = true;
        }
        if (out.isIdle()) {
            resends.begin(out);
        } else {
            resends.sendAlong(peer);
        }
        Packet numbered = packet.with(peer.header(out.highest() + 1, part));
        out.keep(numbered);
        context.passDown(numbered);
        if (out.bytes() > TO_STRANGER_BYTES && !peers.isMember(peer)) {
            resends.giveUp(peer);
        }
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
        take(packet);
        if (resends.areInVain()) {
            resends.heard(packet.source());
        }
    }

    private void take(Packet packet) {
        UnicastHeader header = packet.header(UnicastHeader.class);
        if (header == null) {
            deliveries.add(packet);
            return;
        }
        switch (header.kind()) {
            case UnicastHeader.DATA -> receiveData(peers.of(packet.source()), packet, header);
            case UnicastHeader.ACK -> {
                Peer peer = peers.find(packet.source());
                resends.acknowledged(peer, header.connection(), header.sequence());
                resends.hurry(peer, header);
            }
            default -> reset(peers.find(packet.source()), header.connection());
        }
    }

    private void receiveData(Peer peer, Packet packet, UnicastHeader header) {
        peer.dead = false;
        if (header.is(UnicastHeader.RIDES)) {
            resends.acknowledged(peer, header.riddenConnection(), header.riddenSequence());
        }
        arrivals.take(peer, packet, header);
    }

    /** The peer has forgotten the connection: send on a new one what it did not acknowledge. */
    private void reset(Peer peer, long connection) {
        if (peer == null || peer.out == null || peer.out.number() != connection) {
            return;
        }
        resets.increment();
        SendConnection old = peer.out;
        peer.out = null;
        for (long sequence = old.acknowledged() + 1; sequence <= old.highest(); sequence++) {
            Packet packet = old.get(sequence);
            send(peer, packet, packet.header(UnicastHeader.class).part());
        }
    }

    // time and views

    @Override
    public void timer(int id) {
        if (id == TIMER_RESEND) {
            resends.resendWhereDue();
        } else if (id == TIMER_FORGET) {
            arrivals.forgetTheSilent();
        } else {
            acknowledgements.acknowledgeWhereOwed();
        }
    }

    @Override
    public Event event(Event event) {
        if (event instanceof Event.ViewInstalled installed) {
            peers.install(installed.view()).forEach(this::left);
        } else if (event instanceof Event.Suspected suspected) {
            if (suspected.evidence() == Event.Evidence.CONNECTION_REFUSED) {
                died(peers.of(suspected.member()));
            }
        } else if (event instanceof Event.Unsuspected unsuspected) {
            lives(unsuspected.member());
        } else if (event instanceof Event.LinkTried tried && tried.carries()) {
            lives(tried.peer());
        } else if (event instanceof Event.MembersFound found) {
            found.found().forEach(member -> lives(member.member()));
        }
        return event;
    }

    /** Nobody will acknowledge, most likely; a member, though, may still be believed to live by others. */
    private void died(Peer peer) {
        peer.dead = true;
        if (!peers.isMember(peer)) {
            peer.out = null;
        }
    }

    private void lives(Address member) {
        Peer peer = peers.find(member);
        if (peer != null) {
            peer.dead = false;
            resends.linkWorks(peer);
        }
    }

    /** Words of membership to a leaver that lives are still repeated for a while: they may tell it that it has left. */
    private void left(Peer peer) {
        if (peer.dead || peer.out != null && peer.out.hasData()) {
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
                    "delivery to a member that leaves, or that a view removes",
                    "that a packet of somebody with whom this member has had nothing to do yet comes only once, if tens of "
                        + "thousands of other strangers come before it is acknowledged");
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
