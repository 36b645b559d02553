package dev.muster.protocols.transport;

import dev.muster.api.Address;
import dev.muster.spi.Audiences;
import dev.muster.spi.MalformedException;
import dev.muster.spi.Network;
import dev.muster.spi.PacketMemory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Set;

/** One stream to or from a peer. Says hello, cuts what comes into packets and passes them up together. */
final class Connection implements Network.StreamHandler {

    private static final int MOST_SPEAKERS = 1024;

    private final Connections owner;
    private final FrameReader reader;
    private final ByteBuffer hello;
    private Network.Stream stream;
    private boolean connected;
    private boolean closed;
    private boolean blocked;
    private final boolean openedHere;
    /** Who sent the last packet; null before the first. */
    private Address lastSpeaker;
    /** Null as long as it is not known who has connected to us. */
    Peer peer;
    /** Who has said hello: a member, or a process with members of several clusters. Null until then. */
    Address member;
    /** Members that have sent packets over this connection, besides the one that said hello. */
    final Set<Address> speakers = new LinkedHashSet<>(2);
    final long sinceNanos;
    long usedNanos;

    /** A connection that we open if there is a peer, else one that was opened by somebody yet unknown. */
    Connection(Connections owner, Peer peer, int mostFrameBytes, ByteBuffer hello, long nowNanos) {
        this.owner = owner;
        this.peer = peer;
        this.openedHere = peer != null;
        this.reader = new FrameReader(mostFrameBytes, owner::packetMemory, this::frame);
        this.hello = hello;
        this.sinceNanos = nowNanos;
        this.usedNanos = nowNanos;
    }

    void on(Network.Stream newStream) {
        stream = newStream;
    }

    boolean isConnected() {
        return connected && !closed;
    }

    /**
     * Of two connections with one peer both sides prefer the same: that which the one with the lower address has opened.
     */
    boolean isPreferred(Address self) {
        return isConnected() && member != null && openedHere == self.compareTo(member) < 0;
    }

    /** Something waits because the system does not take it now. */
    boolean isBlocked() {
        return blocked;
    }

    /** Somebody has sent a packet over this connection; tells whether it is the first of another than who said hello. */
    boolean isNewSpeaker(Address source) {
        if (source == null || source.equals(lastSpeaker)) {
            return false;
        }
        lastSpeaker = source;
        return !source.equals(member) && speakers.size() < MOST_SPEAKERS && speakers.add(source);
    }

    /** Whether a member is at the other end. */
    boolean carries(Address somebody) {
        return somebody.equals(member) || speakers.contains(somebody);
    }

    /** Whether anybody at the other end is in a view. */
    boolean carriesAny(Audiences audiences) {
        return member != null && audiences.contains(member) || speakers.stream().anyMatch(audiences::contains);
    }

    InetSocketAddress remote() {
        return stream.remote();
    }

    @Override
    public void connected() {
        if (!closed) {
            connected = true;
            if (peer != null) {
                owner.connected(this);
            }
            flush();
        }
    }

    @Override
    public void received(ByteBuffer bytes) {
        usedNanos = owner.nowNanos();
        try {
            if (!closed) {
                reader.read(bytes);
            }
        } catch (MalformedException e) {
            owner.malformedStream(this, e);
        }
        bytes.position(bytes.limit());
    }

    private void frame(int kind, PacketMemory body, int length) {
        if (closed) {
            return;
        }
        if (kind == FrameReader.PACKET) {
            packet(body, length);
        } else if (kind == FrameReader.CLOSE) {
            receivedAll();
            owner.orderlyClosed(this);
        } else {
            owner.hello(this, Hello.decode(body.array()));
        }
    }

    private void packet(PacketMemory body, int length) {
        if (member == null) {
            throw new MalformedException(0, "a packet before hello");
        }
        owner.arrived(this, body, length);
    }

    @Override
    public void receivedAll() {
        owner.arrivedAll();
    }

    @Override
    public void writable() {
        if (blocked && !closed) {
            blocked = false;
            stream.wantWritable(false);
            flush();
        }
    }

    /** Write what waits, as far as the system takes it. */
    void flush() {
        if (!connected || blocked || closed) {
            return;
        }
        boolean all = writeHello();
        if (all && peer != null && peer.sending == this && !peer.queue.isEmpty()) {
            usedNanos = owner.nowNanos();
            all = peer.queue.writeTo(stream, owner.gather());
        }
        if (!all) {
            blocked = true;
            stream.wantWritable(true);
        }
    }

    private boolean writeHello() {
        if (hello.hasRemaining()) {
            ByteBuffer[] one = {hello};
            stream.write(one, 1);
        }
        return !hello.hasRemaining();
    }

    @Override
    public void closed(Network.CloseReason reason, String detail) {
        if (!closed) {
            receivedAll();
            closed = true;
            owner.closed(this, reason, detail);
        }
    }

    /** Close without more ado; the owner knows. */
    void close() {
        closed = true;
        stream.close();
    }

    /** Close with the mark that says so on purpose, if everything before it has been written. */
    void closeOrderly() {
        flush();
        if (connected && !blocked && !closed) {
            ByteBuffer mark = ByteBuffer.allocate(FrameReader.HEAD_BYTES);
            mark.putInt(FrameReader.head(FrameReader.CLOSE, 0)).flip();
            ByteBuffer[] one = {mark};
            stream.write(one, 1);
        }
        close();
    }

    @Override
    public String toString() {
        return (member == null ? "somebody" : member.toString()) + " at " + (peer == null ? remote() : peer.address);
    }
}
