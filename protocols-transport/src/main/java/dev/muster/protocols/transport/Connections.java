package dev.muster.protocols.transport;

import dev.muster.api.Address;
import dev.muster.spi.ArrivingPackets;
import dev.muster.spi.Audiences;
import dev.muster.spi.Context;
import dev.muster.spi.Counter;
import dev.muster.spi.Event;
import dev.muster.spi.MalformedException;
import dev.muster.spi.Network;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketMemory;
import dev.muster.spi.Rarely;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is reached where, and over which connection. One connection carries both directions; of two at once (both sides connected at
 * the same time) one is left unused as soon as there is quiet. Two attempts do no harm: one that began while the network was cut
 * goes on only after the system's second, so what is sent later tries anew beside it.
 */
final class Connections {

    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
    private static final long BETWEEN_WARNINGS_NANOS = 1_000_000_000L;

    private final Context context;
    private final Audiences audiences;
    private final Bounds bounds;
    private final ByteBuffer encodedHello;
    private final ByteBuffer[] gather = new ByteBuffer[SendQueue.GATHERED];
    private final Peers peers;
    private final Set<Connection> all = new LinkedHashSet<>();
    private final Counter open;
    private final Counter malformed;
    private final ArrivingPackets arriving;
    private final Rarely warning;
    private boolean retrying;
    private long retryAtNanos;
    private boolean awaitingHellos;

    /** What the settings say about connections. */
    record Bounds(Network.StreamOptions options, int frameBytes, long queueBytes, long handshakeNanos) {}

    Connections(Context context, Audiences audiences, Bounds bounds, ByteBuffer encodedHello, ArrivingPackets arriving) {
        this.context = context;
        this.audiences = audiences;
        this.bounds = bounds;
        this.peers = new Peers(bounds.queueBytes());
        this.encodedHello = encodedHello;
        open = context.counter("connections");
        context.gauge("kept_bytes", peers::queuedBytes);
        malformed = context.counter("malformed");
        this.arriving = arriving;
        warning = new Rarely(context, BETWEEN_WARNINGS_NANOS);
    }

    long nowNanos() {
        return context.nowNanos();
    }

    PacketMemory packetMemory(int bytes) {
        return arriving.memory(bytes);
    }

    ByteBuffer[] gather() {
        return gather;
    }

    /** The peer at a physical address, known or not. */
    Peer at(InetSocketAddress address) {
        return peers.at(address);
    }

    /** The peer that a member is reached at; null if that is not known. */
    Peer of(Address member) {
        return peers.of(member);
    }

    /** Learn where a member is reached, unless a connection to it proves another place. */
    void learn(Address member, InetSocketAddress address) {
        if (!member.equals(context.self())) {
            peers.learn(member, address);
        }
    }

    /**
     * Part with those who are in no view any longer, and forget where those were that are neither members nor connected.
     *
     * @param before others in a view before the one that was installed now
     */
    void retain(List<Address> before) {
        before.stream().filter(member -> !audiences.contains(member)).forEach(this::part);
        peers.forgetStrangers(audiences);
    }

    /**
     * A member that was cut off leaves connections behind that are half-dead. After a long silence the system would try them again
     * minutes later; new ones find it as soon as it can be reached. One that was removed by mistake loses nothing by it either.
     */
    private void part(Address former) {
        for (Connection connection : List.copyOf(all)) {
            if (connection.carries(former) && !connection.carriesAny(audiences)) {
                if (connection.isBlocked()) {
                    connection.peer.queue.clear();
                }
                connection.closeOrderly();
                remove(connection);
            }
        }
    }

    /** Write what waits for a peer, or see to it that there is a connection. */
    void flush(Peer peer) {
        if (peer.sending != null) {
            if (!peer.others.isEmpty() && peer.sending.isConnected()) {
                peer.settle(context.self(), nowNanos());
            }
            peer.sending.flush();
        }
        if (!peer.queue.isEmpty() && peer.wantsAttempt(nowNanos())) {
            long wait = peer.retryAtNanos - nowNanos();
            if (peer.retryAtNanos == 0 || wait <= 0) {
                connect(peer);
            } else {
                retryIn(wait);
            }
        }
    }

    private void retryIn(long nanos) {
        if (!retrying || nowNanos() + nanos < retryAtNanos) {
            retrying = true;
            retryAtNanos = nowNanos() + nanos;
            context.setTimer(TcpTransport.RETRY, nanos);
        }
    }

    private void connect(Peer peer) {
        Connection connection = newConnection(peer);
        try {
            connection.on(context.network().connect(peer.address, bounds.options(), connection));
            peer.attempt(connection);
        } catch (IllegalArgumentException e) {
            LOG.warn("{}: {} can't be reached: {}", context.self(), peer.address, e.getMessage());
            all.remove(connection);
            attemptFailed(peer);
        }
    }

    private Connection newConnection(Peer peer) {
        Connection connection = new Connection(this, peer, bounds.frameBytes(), encodedHello.duplicate(), nowNanos());
        if (!awaitingHellos) {
            awaitingHellos = true;
            context.setTimer(TcpTransport.HANDSHAKE, bounds.handshakeNanos());
        }
        all.add(connection);
        open.set(all.size());
        return connection;
    }

    /** Somebody has connected to us. */
    Network.StreamHandler accepted(Network.Stream stream) {
        Connection connection = newConnection(null);
        connection.on(stream);
        connection.connected();
        return connection;
    }

    /** Peers whose backoff is over connect again. */
    void retry() {
        retrying = false;
        for (Peer peer : peers.all()) {
            if (peer.sending == null) {
                flush(peer);
            }
        }
    }

    /** There is a way to the peer; other attempts to find one are given up. */
    void connected(Connection connection) {
        connection.peer.adopt(connection);
        for (Connection attempt : connection.peer.attempts()) {
            remove(attempt);
            attempt.close();
        }
    }

    void hello(Connection connection, Hello other) {
        if (connection.member != null) {
            throw new MalformedException(0, "hello again from " + connection);
        }
        if (other.sender().equals(context.self())) {
            giveUp(connection, "it is our own address");
            return;
        }
        connection.member = other.sender();
        if (connection.peer == null) {
            connection.peer = at(reachable(other.listening(), connection.remote()));
            connected(connection);
        }
        bind(connection.peer, connection);
        connection.peer.attemptSucceeded(nowNanos());
        connection.flush();
        LOG.debug("{}: connected with {}", context.self(), connection);
    }

    private static InetSocketAddress reachable(InetSocketAddress told, InetSocketAddress from) {
        InetAddress ip = told.getAddress();
        return ip.isAnyLocalAddress() ? new InetSocketAddress(from.getAddress(), told.getPort()) : told;
    }

    private void bind(Peer peer, Connection connection) {
        Address member = connection.member;
        if (peer.member != null && !peer.member.equals(member)) {
            displace(peer, peer.member, connection);
        }
        peer.member = member;
        peers.prove(member, peer);
    }

    /**
     * Somebody has sent a packet over a connection. A process with several clusters says hello in the name of none of its
     * members; whom a connection leads to is told by what comes.
     */
    private void heard(Connection connection, Packet packet) {
        if (audiences.serves(packet.cluster()) && connection.isNewSpeaker(packet.source())) {
            peers.prove(packet.source(), connection.peer);
        }
    }

    /** Another life answers where a member used to be: that one is gone. */
    private void displace(Peer peer, Address former, Connection successor) {
        Set<Address> lost = new LinkedHashSet<>();
        for (Connection connection : List.copyOf(all)) {
            if (connection.peer == peer && connection != successor && former.equals(connection.member)) {
                remove(connection);
                connection.close();
                lost.add(former);
                lost.addAll(connection.speakers);
            }
        }
        peers.disprove(former, peer);
        for (Address member : lost) {
            peers.disprove(member, peer);
            context.emitUp(new Event.ConnectionLost(member));
        }
    }

    private void remove(Connection connection) {
        all.remove(connection);
        open.set(all.size());
        if (connection.peer != null) {
            connection.peer.detach(connection);
        }
    }

    /** The stream ended without our doing. */
    void closed(Connection connection, Network.CloseReason reason, String detail) {
        LOG.debug("{}: connection with {} closed: {} {}", context.self(), connection, reason, detail);
        remove(connection);
        Peer peer = connection.peer;
        if (peer == null) {
            return;
        }
        if (connection.member == null) {
            attemptFailed(peer);
        } else {
            lose(connection, peer);
        }
        flush(peer);
    }

    /** Unless another connection leads there, whoever spoke over this one is out of reach. */
    private void lose(Connection connection, Peer peer) {
        Connection other = connectionWith(connection.member);
        if (other != null) {
            other.speakers.addAll(connection.speakers);
            return;
        }
        peer.queue.clear();
        context.emitUp(new Event.ConnectionLost(connection.member));
        connection.speakers.forEach(member -> context.emitUp(new Event.ConnectionLost(member)));
    }

    /** Nobody is there, or somebody else than a member. What was sent since a younger attempt began waits for that one. */
    private void attemptFailed(Peer peer) {
        if (peer.sending == null) {
            peer.attemptFailed(nowNanos());
            peer.queue.clear();
        }
        if (!peer.isConnected()) {
            context.emitUp(new Event.Unreachable(peer.address));
        }
    }

    private Connection connectionWith(Address member) {
        for (Connection connection : all) {
            if (connection.isConnected() && member.equals(connection.member)) {
                return connection;
            }
        }
        return null;
    }

    /** The peer has said that it closes the connection on purpose. */
    void orderlyClosed(Connection connection) {
        LOG.debug("{}: {} closes the connection", context.self(), connection);
        remove(connection);
        connection.close();
        if (connection.peer != null) {
            flush(connection.peer);
        }
    }

    /** What the peer sends makes no sense: it is no member, or a broken one. */
    void malformedStream(Connection connection, MalformedException problem) {
        malformed.increment();
        warn(connection, problem);
        connection.receivedAll();
        if (connection.member == null) {
            giveUp(connection, problem.getMessage());
        } else {
            connection.close();
            closed(connection, Network.CloseReason.FAILED, problem.getMessage());
        }
    }

    private void giveUp(Connection connection, String reason) {
        LOG.debug("{}: gave up connection with {}: {}", context.self(), connection, reason);
        remove(connection);
        connection.close();
        if (connection.peer != null) {
            attemptFailed(connection.peer);
        }
    }

    private void warn(Connection connection, MalformedException problem) {
        if (warning.isDue()) {
            LOG.warn("{}: {} sends what is not understood, {}", context.self(), connection, problem.getMessage());
        }
    }

    /** A packet has come; one that can't be read is dropped, and the connection goes on. */
    void arrived(Connection connection, PacketMemory body, int length) {
        try {
            Packet packet = arriving.read(body, length, connection);
            if (packet != null) {
                heard(connection, packet);
                arriving.add(packet.has(Packet.TO_PHYSICAL) ? packet.withPhysical(connection.peer.address) : packet);
            }
        } catch (MalformedException e) {
            warn(connection, e);
        }
    }

    /** What has come together is handed up together. */
    void arrivedAll() {
        arriving.passUp();
    }

    /** Close those who have not said hello for too long. */
    void closeSilent() {
        awaitingHellos = false;
        for (Connection connection : new ArrayList<>(all)) {
            if (connection.member == null) {
                if (nowNanos() - connection.sinceNanos >= bounds.handshakeNanos()) {
                    giveUp(connection, "no hello");
                } else {
                    awaitingHellos = true;
                }
            }
        }
        if (awaitingHellos) {
            context.setTimer(TcpTransport.HANDSHAKE, bounds.handshakeNanos());
        }
    }

    /**
     * Close those that have not been used for some time. Not those on which something waits: the mark that says so on purpose
     * could not be written, and the peer would take the end for a death.
     */
    void reap(long idleNanos) {
        for (Connection connection : new ArrayList<>(all)) {
            boolean idle = nowNanos() - connection.usedNanos >= idleNanos && !connection.isBlocked();
            if (connection.member != null && idle) {
                LOG.debug("{}: closes the idle connection with {}", context.self(), connection);
                connection.closeOrderly();
                remove(connection);
                flush(connection.peer);
            }
        }
    }

    void closeAll() {
        for (Connection connection : new ArrayList<>(all)) {
            connection.closeOrderly();
            remove(connection);
        }
        for (Peer peer : peers.all()) {
            peer.queue.clear();
        }
    }
}
