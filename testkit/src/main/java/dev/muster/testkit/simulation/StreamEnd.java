package dev.muster.testkit.simulation;

import dev.muster.spi.Network;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;

/** One end of a stream: what its process wrote on the way to the other end, and what came from there. */
final class StreamEnd implements Network.Stream {

    /** Bytes that fit between a writer and the reader at the other end. */
    private static final int CAPACITY = 256 * 1024;
    private static final long GIVE_UP_NANOS = 20_000_000_000L;
    private static final long FIRST_RETRY_NANOS = 1_000_000_000L;
    private static final long DEFAULT_CONNECT_NANOS = 120_000_000_000L;
    private static final long LOCAL_NANOS = 1_000L;
    private static final byte[] FIN = {};

    private enum State { CONNECTING, OPEN, CLOSED }

    private final SimulatedEnvironment process;
    private final Simulation simulation;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private final ArrayDeque<byte[]> received = new ArrayDeque<>();
    private final ArrayDeque<byte[]> stalled = new ArrayDeque<>();
    private Network.StreamHandler handler;
    private StreamEnd peer;
    private State state;
    private Happening deadline;
    private long outstanding;
    private long unreleased;
    private long lastArrival;
    private long stalledSince = -1;
    private boolean recovering;
    private boolean wantsWritable;
    private boolean wantsReadable = true;
    private boolean isAligned = true;
    private boolean isBroken;
    /** What has come out after the death of the process, held back; null if nothing is. */
    private ArrayDeque<byte[]> late;

    StreamEnd(SimulatedEnvironment process, InetSocketAddress local, InetSocketAddress remote) {
        this.process = process;
        this.simulation = process.simulation();
        this.local = local;
        this.remote = remote;
    }

    // --- connecting

    void connect(Network.StreamHandler told, long timeoutNanos) {
        handler = told;
        state = State.CONNECTING;
        long limit = timeoutNanos > 0 ? timeoutNanos : DEFAULT_CONNECT_NANOS;
        deadline = simulation.schedule(limit, Happening.Kind.CONNECTION, process, 1, this::connectTimedOut);
        tryToConnect(FIRST_RETRY_NANOS);
    }

    private void connectTimedOut() {
        simulation.occurred(Occurrence.CONNECT_TIMEOUT);
        SimulatedNode target = simulation.nodeAt(remote.getAddress());
        if (target != null && simulation.topology.isDark(target.index())) {
            simulation.occurred(Occurrence.CONNECT_HANGS);
        }
        failed(Network.CloseReason.TIMED_OUT, "no answer from " + remote);
    }

    private void tryToConnect(long retryNanos) {
        SimulatedNode target = simulation.nodeAt(remote.getAddress());
        if (target != null) {
            simulation.schedule(wayNanos(target), Happening.Kind.NETWORK, null, remote.getPort(),
                    () -> knock(target, retryNanos));
        }
    }

    private void knock(SimulatedNode target, long retryNanos) {
        if (state != State.CONNECTING) {
            return;
        }
        int here = process.node().index();
        if (simulation.topology.isCut(here, target.index()) || simulation.topology.isCut(target.index(), here)) {
            simulation.schedule(retryNanos, Happening.Kind.NETWORK, null, 0, () -> tryToConnect(retryNanos * 2));
            return;
        }
        SimulatedNetwork.SimulatedListener listener = target.listeners.get(remote.getPort());
        if (listener == null) {
            simulation.schedule(wayNanos(target), Happening.Kind.CONNECTION, process, 2, this::refused);
            return;
        }
        StreamEnd other = new StreamEnd(listener.process(), remote, local);
        long answer = wayNanos(target);
        // all before the acceptor hears of it: what it writes at once must not arrive before the answer
        other.lastArrival = simulation.nowNanos() + answer;
        simulation.schedule(answer, Happening.Kind.NETWORK, null, 3, () -> answered(other));
        other.acceptFrom(this, listener);
    }

    private void refused() {
        simulation.occurred(Occurrence.REFUSED);
        failed(Network.CloseReason.REFUSED, "nobody listens at " + remote);
    }

    private void acceptFrom(StreamEnd opener, SimulatedNetwork.SimulatedListener listener) {
        state = State.OPEN;
        peer = opener;
        ((SimulatedNetwork) process.network()).accepted(this);
        process.arrive(Happening.Kind.CONNECTION, 4, () -> {
            if (state == State.OPEN) {
                handler = listener.handler().accepted(this);
            }
        });
    }

    private void answered(StreamEnd other) {
        if (state != State.CONNECTING) {
            other.reset("closed while connecting");
            return;
        }
        deadline.cancel();
        state = State.OPEN;
        peer = other;
        process.arrive(Happening.Kind.CONNECTION, 3, () -> {
            if (state == State.OPEN) {
                handler.connected();
            }
        });
    }

    private void failed(Network.CloseReason reason, String detail) {
        if (state != State.CLOSED) {
            forget();
            if (handler != null) {
                handler.closed(reason, detail);
            }
        }
    }

    private void forget() {
        state = State.CLOSED;
        stalled.clear();
        received.clear();
        simulation.stalled.remove(this);
        if (deadline != null) {
            deadline.cancel();
        }
        ((SimulatedNetwork) process.network()).gone(this);
    }

    // --- sending

    @Override
    public long write(ByteBuffer[] buffers, int count) {
        if (state != State.OPEN || !process.isAlive()) {
            return 0;
        }
        long wanted = 0;
        for (int index = 0; index < count; index++) {
            wanted += buffers[index].remaining();
        }
        int taken = (int) Math.max(0, Math.min(wanted, CAPACITY - outstanding));
        if (taken < wanted) {
            simulation.occurred(Occurrence.PARTIAL_WRITE);
        }
        if (taken > 0) {
            outstanding += taken;
            byte[] segment = SimulatedNetwork.gather(buffers, count, taken);
            if (simulation.topology.flaws.isNone() || !isAligned) {
                transmit(segment);
            } else {
                transmitSpoiled(segment);
            }
            process.node().mayGoOnAfterSend();
        }
        isAligned = taken == wanted;
        return taken;
    }

    /** Only writes that begin where another has ended as a whole, so that the first bytes say what follows. */
    private void transmitSpoiled(byte[] segment) {
        double drawn = process.node().networkRandom.nextDouble();
        Topology.Flaws flaws = simulation.topology.flaws;
        if (drawn < flaws.corrupted()) {
            simulation.occurred(Occurrence.CORRUPTED);
            transmit(Spoiling.corrupted(segment, process.node().networkRandom));
        } else if (drawn < flaws.corrupted() + flaws.truncated()) {
            simulation.occurred(Occurrence.TRUNCATED);
            transmit(Arrays.copyOf(segment, Math.max(1, segment.length / 2)));
            isBroken = true;
            simulation.schedule(lastArrival - simulation.nowNanos() + LOCAL_NANOS, Happening.Kind.NETWORK, null, 12,
                    this::broken);
        } else if (drawn < flaws.corrupted() + flaws.truncated() + flaws.future()) {
            byte[] future = Spoiling.futureOnStream(segment);
            // a frame more has to be taken out at the other end, too
            outstanding += future.length - segment.length;
            if (future != segment) {
                simulation.occurred(Occurrence.FUTURE_VERSION_ON_STREAM);
            }
            transmit(future);
        } else {
            transmit(segment);
        }
    }

    private void broken() {
        reset("broken on the way");
        peer.reset("broken on the way");
    }

    private void transmit(byte[] segment) {
        if (isBroken) {
            return;
        }
        long arrival = Math.max(lastArrival, simulation.nowNanos() + wayNanos(peer.process.node()));
        lastArrival = arrival;
        long digest = TraceHash.digest(segment);
        simulation.schedule(arrival - simulation.nowNanos(), Happening.Kind.BYTES, null, digest, () -> arrived(segment));
    }

    /** A segment has come to the other end, or to a cut on the way. */
    private void arrived(byte[] segment) {
        if (late != null) {
            late.add(segment);
        } else if (!stalled.isEmpty() || isCutTo(peer)) {
            stall(segment);
        } else {
            hand(segment);
        }
    }

    private void hand(byte[] segment) {
        boolean isPast = !process.isAlive() && process.node().process() != null;
        if (isPast && segment != FIN && peer.state == State.OPEN) {
            simulation.occurred(Occurrence.PREVIOUS_LIFE_ON_STREAM);
        }
        peer.take(segment, this);
    }

    private void stall(byte[] segment) {
        stalled.add(segment);
        noteStall();
    }

    private void noteStall() {
        if (stalledSince < 0) {
            simulation.occurred(Occurrence.STALL);
            long since = simulation.nowNanos();
            stalledSince = since;
            simulation.stalled.add(this);
            simulation.schedule(GIVE_UP_NANOS, Happening.Kind.NETWORK, null, 5, () -> giveUp(since));
        }
    }

    /** Nothing was acknowledged for very long: this side gives up, the other knows nothing of it. */
    private void giveUp(long since) {
        if (stalledSince == since && state == State.OPEN) {
            simulation.occurred(Occurrence.HALF_OPEN);
            process.arrive(Happening.Kind.CONNECTION, 6,
                    () -> failed(Network.CloseReason.FAILED, "timed out: " + remote + " acknowledged nothing"));
        }
        if (stalledSince == since && state == State.CLOSED) {
            stalled.clear();
            simulation.stalled.remove(this);
        }
    }

    /** The network has changed: segments that stood still are sent again some time after the way is free. */
    void tryToRecover() {
        if (recovering || isCutTo(peer) || peer.isCutTo(this)) {
            return;
        }
        recovering = true;
        long wait = 50_000_000L + process.node().networkRandom.nextLong(400_000_000L);
        lastArrival = Math.max(lastArrival, simulation.nowNanos() + wait);
        simulation.schedule(wait, Happening.Kind.BYTES, null, stalled.size(), this::recover);
    }

    private void recover() {
        recovering = false;
        if (isCutTo(peer) || peer.isCutTo(this)) {
            return;
        }
        stalledSince = -1;
        simulation.stalled.remove(this);
        while (!stalled.isEmpty()) {
            hand(stalled.poll());
        }
        released(unreleased);
        unreleased = 0;
    }

    private boolean isCutTo(StreamEnd other) {
        return simulation.topology.isCut(process.node().index(), other.process.node().index());
    }

    private long wayNanos(SimulatedNode target) {
        SimulatedNode here = process.node();
        if (target == here) {
            return LOCAL_NANOS;
        }
        LinkQuality quality = simulation.topology.quality(here.index(), target.index());
        long nanos = quality.streamNanos(here.networkRandom);
        simulation.noteTime(quality, nanos);
        return nanos;
    }

    @Override
    public void wantWritable(boolean wanted) {
        wantsWritable = wanted;
        if (wanted && state == State.OPEN && outstanding < CAPACITY) {
            simulation.schedule(LOCAL_NANOS, Happening.Kind.CONNECTION, process, 7, this::tellWritable);
        }
    }

    private void tellWritable() {
        if (wantsWritable && state == State.OPEN && outstanding < CAPACITY) {
            handler.writable();
        }
    }

    /** The other end has consumed bytes. */
    private void released(long bytes) {
        boolean wasFull = outstanding >= CAPACITY / 2;
        outstanding -= bytes;
        if (wantsWritable && wasFull && outstanding < CAPACITY / 2 && state == State.OPEN) {
            simulation.schedule(wayNanos(peer.process.node()), Happening.Kind.CONNECTION, process, 8, this::tellWritable);
        }
    }

    // --- receiving

    private void take(byte[] segment, StreamEnd sender) {
        if (state == State.CLOSED) {
            if (segment != FIN && late == null) {
                simulation.schedule(wayNanos(sender.process.node()), Happening.Kind.NETWORK, null, 9,
                        () -> sender.reset("the other end is closed"));
            }
            return;
        }
        received.add(segment);
        if (received.size() == 1 || !process.node().isPaused()) {
            process.arrive(Happening.Kind.BYTES, 0, this::read);
        }
    }

    private void read() {
        long consumed = 0;
        boolean ended = false;
        while (wantsReadable && state == State.OPEN && !received.isEmpty()) {
            byte[] segment = received.poll();
            if (segment == FIN) {
                ended = true;
                break;
            }
            consumed += segment.length;
            handler.received(ByteBuffer.wrap(segment).asReadOnlyBuffer());
        }
        if (consumed > 0) {
            if (state == State.OPEN) {
                handler.receivedAll();
            }
            acknowledge(consumed);
        }
        if (ended) {
            failed(Network.CloseReason.CLOSED_BY_PEER, remote + " closed the connection");
        }
    }

    private void acknowledge(long bytes) {
        if (isCutTo(peer)) {
            peer.unreleased += bytes;
            peer.noteStall();
        } else {
            peer.released(bytes);
        }
    }

    @Override
    public void wantReadable(boolean wanted) {
        boolean resumed = wanted && !wantsReadable;
        wantsReadable = wanted;
        if (resumed && !received.isEmpty()) {
            simulation.schedule(0, Happening.Kind.BYTES, process, 0, this::read);
        }
    }

    // --- closing

    private void reset(String why) {
        if (state == State.OPEN) {
            simulation.occurred(Occurrence.RESET);
            process.arrive(Happening.Kind.CONNECTION, 10,
                    () -> failed(Network.CloseReason.FAILED, "reset: " + why));
        }
    }

    @Override
    public InetSocketAddress remote() {
        return remote;
    }

    /** The process has died: the system closes this end. Where the dead haunt, the other one hears of it late. */
    void die() {
        Afterlife afterlife = process.node().afterlife();
        if (state == State.OPEN && afterlife != null) {
            late = new ArrayDeque<>();
            afterlife.hold(this);
        }
        close();
    }

    /** What was held back after the death of the process goes on. */
    void arriveLate() {
        ArrayDeque<byte[]> segments = late;
        late = null;
        segments.forEach(this::arrived);
    }

    /** The host is off the net: this end is no more, and nobody hears of it. */
    void vanish() {
        if (state != State.CLOSED) {
            forget();
        }
    }

    /** Close this end; what was written before still arrives, then the other end learns of it. */
    @Override
    public void close() {
        if (state == State.CLOSED) {
            return;
        }
        boolean open = state == State.OPEN;
        ArrayDeque<byte[]> unsent = new ArrayDeque<>(stalled);
        forget();
        if (open) {
            stalled.addAll(unsent);
            if (stalledSince >= 0) {
                simulation.stalled.add(this);
            }
            transmit(FIN);
        }
    }
}
