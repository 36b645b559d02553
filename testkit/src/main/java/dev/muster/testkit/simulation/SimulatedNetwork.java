package dev.muster.testkit.simulation;

import dev.muster.spi.Network;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * The sockets of one simulated process. Datagrams suffer what their link does to them; streams are reliable and ordered,
 * so that a bad link only makes them slow, a cut lets them stand still, and a long one ends in a reset of the side that
 * wanted to send.
 */
public final class SimulatedNetwork implements Network {

    private static final int MAX_DATAGRAM_BYTES = 65_507;
    private static final int DATAGRAMS_KEPT = 2_000;

    private final SimulatedEnvironment process;
    private final Simulation simulation;
    private final LinkedHashSet<StreamEnd> ends = new LinkedHashSet<>();
    private byte[] lastBytes = {};
    private long lastDigest;
    private long latestArrival;

    SimulatedNetwork(SimulatedEnvironment process) {
        this.process = process;
        this.simulation = process.simulation();
    }

    @Override
    public Listener listen(InetSocketAddress local, AcceptHandler handler) throws IOException {
        SimulatedListener listener = new SimulatedListener(claim(local, process.node().listeners), handler);
        process.node().listeners.put(listener.local.getPort(), listener);
        return listener;
    }

    @Override
    public Stream connect(InetSocketAddress remote, StreamOptions options, StreamHandler handler) {
        StreamEnd end = new StreamEnd(process, freeLocal(), resolve(remote));
        ends.add(end);
        end.connect(handler, options.connectTimeoutNanos());
        return end;
    }

    @Override
    public Datagrams openDatagrams(InetSocketAddress local, DatagramOptions options, DatagramHandler handler)
            throws IOException {
        SimulatedDatagrams socket = new SimulatedDatagrams(claim(local, process.node().sockets), handler);
        process.node().sockets.put(socket.local.getPort(), socket);
        return socket;
    }

    @Override
    public Subscription subscribe(InetSocketAddress group, List<InetAddress> interfaces, DatagramOptions options,
            DatagramHandler handler) throws IOException {
        if (!group.getAddress().isMulticastAddress()) {
            throw new BindException("can't join " + group + ": this is no multicast address");
        }
        for (InetAddress listening : interfaces) {
            requireHere(listening);
        }
        SimulatedSubscription subscription = new SimulatedSubscription(group, handler);
        process.node().subscriptions.add(subscription);
        return subscription;
    }

    @Override
    public List<InetAddress> interfaces() {
        return List.of(process.node().address());
    }

    private InetSocketAddress claim(InetSocketAddress wanted, TreeMap<Integer, ?> taken) throws IOException {
        requireHere(wanted.getAddress());
        InetSocketAddress bound = process.node().bound(wanted, taken);
        if (taken.containsKey(bound.getPort())) {
            throw new BindException("can't bind to " + bound + ": the port is in use; choose another");
        }
        return bound;
    }

    private void requireHere(InetAddress wanted) throws BindException {
        if (!process.node().isHere(wanted)) {
            throw new BindException("can't bind to " + wanted + ": this node has the address "
                    + process.node().address().getHostAddress() + "; bind to that or to loopback");
        }
    }

    private InetSocketAddress freeLocal() {
        return new InetSocketAddress(process.node().address(), process.node().freePort(process.node().listeners));
    }

    private InetSocketAddress resolve(InetSocketAddress remote) {
        return process.node().isHere(remote.getAddress())
                ? new InetSocketAddress(process.node().address(), remote.getPort()) : remote;
    }

    void accepted(StreamEnd end) {
        ends.add(end);
    }

    void gone(StreamEnd end) {
        ends.remove(end);
    }

    int openSockets() {
        return ends.size() + process.node().listeners.size() + process.node().sockets.size()
                + process.node().subscriptions.size();
    }

    void processDied() {
        List.copyOf(ends).forEach(StreamEnd::die);
    }

    void processVanished() {
        List.copyOf(ends).forEach(StreamEnd::vanish);
    }

    /** One that listens for streams. */
    final class SimulatedListener implements Listener {
        private final InetSocketAddress local;
        private final AcceptHandler handler;

        SimulatedListener(InetSocketAddress local, AcceptHandler handler) {
            this.local = local;
            this.handler = handler;
        }

        SimulatedEnvironment process() {
            return process;
        }

        AcceptHandler handler() {
            return handler;
        }

        @Override
        public InetSocketAddress local() {
            return local;
        }

        @Override
        public void close() {
            process.node().listeners.remove(local.getPort(), this);
        }
    }

    /** Whoever gets datagrams of this process. */
    private interface Receiving {
        SimulatedEnvironment process();

        ReceiveBuffer buffer();
    }

    /** The system's buffer of a socket: hands datagrams over as they come, or keeps some while nobody reads. */
    private final class ReceiveBuffer {
        private final DatagramHandler handler;
        private final ArrayDeque<Runnable> kept = new ArrayDeque<>();
        private boolean isRead = true;

        private ReceiveBuffer(DatagramHandler handler) {
            this.handler = handler;
        }

        private void take(byte[] bytes, InetSocketAddress from) {
            if (isRead && kept.isEmpty()) {
                hand(bytes, from);
            } else if (kept.size() < DATAGRAMS_KEPT) {
                kept.add(() -> hand(bytes, from));
            } else {
                simulation.occurred(Occurrence.LOSS);
            }
        }

        private void hand(byte[] bytes, InetSocketAddress from) {
            handler.received(ByteBuffer.wrap(bytes).asReadOnlyBuffer(), from);
            handler.receivedAll();
        }

        private void wantReadable(boolean wanted) {
            isRead = wanted;
            if (wanted && !kept.isEmpty()) {
                simulation.schedule(0, Happening.Kind.DATAGRAM, process, kept.size(), this::empty);
            }
        }

        private void empty() {
            while (isRead && !kept.isEmpty()) {
                kept.poll().run();
            }
        }
    }

    /** Gets what is sent to a group. */
    final class SimulatedSubscription implements Subscription, Receiving {
        private final InetSocketAddress group;
        private final ReceiveBuffer buffer;

        SimulatedSubscription(InetSocketAddress group, DatagramHandler handler) {
            this.group = group;
            this.buffer = new ReceiveBuffer(handler);
        }

        @Override
        public SimulatedEnvironment process() {
            return process;
        }

        @Override
        public ReceiveBuffer buffer() {
            return buffer;
        }

        @Override
        public void wantReadable(boolean wanted) {
            buffer.wantReadable(wanted);
        }

        @Override
        public void close() {
            process.node().subscriptions.remove(this);
            buffer.kept.clear();
        }
    }

    /** Who gets at a node what is sent to an address, as of now. */
    private static List<? extends Receiving> receivers(SimulatedNode node, InetSocketAddress remote) {
        if (remote.getAddress().isMulticastAddress()) {
            return node.subscriptions.stream().filter(subscription -> subscription.group.equals(remote)).toList();
        }
        SimulatedDatagrams socket = node.sockets.get(remote.getPort());
        return socket == null ? List.of() : List.of(socket);
    }

    /** A socket for datagrams. */
    final class SimulatedDatagrams implements Datagrams, Receiving {
        private final InetSocketAddress local;
        private final ReceiveBuffer buffer;

        SimulatedDatagrams(InetSocketAddress local, DatagramHandler handler) {
            this.local = local;
            this.buffer = new ReceiveBuffer(handler);
        }

        @Override
        public boolean send(ByteBuffer datagram, InetSocketAddress remote) {
            byte[] bytes = copy(datagram);
            if (!process.isAlive() || bytes.length > MAX_DATAGRAM_BYTES) {
                return false;
            }
            long digest = lastDigest;
            if (remote.getAddress().isMulticastAddress()) {
                simulation.nodes().filter(node -> !receivers(node, remote).isEmpty())
                        .forEach(node -> travel(bytes, digest, node, remote));
            } else {
                SimulatedNode target = simulation.nodeAt(resolve(remote).getAddress());
                if (target != null) {
                    travel(bytes, digest, target, remote);
                }
            }
            process.node().mayGoOnAfterSend();
            return true;
        }

        private void travel(byte[] bytes, long digest, SimulatedNode target, InetSocketAddress remote) {
            SimulatedNode from = process.node();
            LinkQuality quality = simulation.topology.quality(from.index(), target.index());
            if (bytes.length > simulation.topology.flaws.mtu()) {
                simulation.occurred(Occurrence.TOO_LARGE_FOR_PATH);
                return;
            }
            if (quality.loss() > 0 && from.networkRandom.nextDouble() < quality.loss()) {
                simulation.occurred(Occurrence.LOSS);
                return;
            }
            boolean twice = quality.duplication() > 0 && from.networkRandom.nextDouble() < quality.duplication();
            for (int copies = twice ? 2 : 1; copies > 0; copies--) {
                long nanos = quality.datagramNanos(from.networkRandom);
                noteOrder(simulation.nowNanos() + nanos);
                simulation.noteTime(quality, nanos);
                byte[] carried = simulation.topology.flaws.isNone() ? bytes : spoiled(bytes, target, remote);
                simulation.schedule(nanos, Happening.Kind.NETWORK, null, digest,
                        () -> arrive(carried, digest, target, remote));
            }
            from.remember(() -> arrive(bytes, digest, target, remote));
            if (twice) {
                simulation.occurred(Occurrence.DUPLICATE);
            }
        }

        private byte[] spoiled(byte[] bytes, SimulatedNode target, InetSocketAddress remote) {
            SplittableRandom random = process.node().networkRandom;
            Topology.Flaws flaws = simulation.topology.flaws;
            double drawn = random.nextDouble();
            if (drawn < flaws.corrupted()) {
                simulation.occurred(Occurrence.CORRUPTED);
                return Spoiling.corrupted(bytes, random);
            }
            if (drawn < flaws.corrupted() + flaws.truncated()) {
                simulation.occurred(Occurrence.TRUNCATED);
                return Spoiling.truncated(bytes, random);
            }
            if (drawn < flaws.corrupted() + flaws.truncated() + flaws.future()) {
                simulation.occurred(Occurrence.FUTURE_VERSION);
                byte[] future = Spoiling.future(bytes);
                simulation.schedule(100_000, Happening.Kind.NETWORK, null, 11, () -> arrive(future, 11, target, remote));
            }
            return bytes;
        }

        private void noteOrder(long arrival) {
            if (arrival < latestArrival) {
                simulation.occurred(Occurrence.REORDERING);
            } else {
                latestArrival = arrival;
            }
        }

        private void arrive(byte[] bytes, long digest, SimulatedNode target, InetSocketAddress remote) {
            if (simulation.topology.isCut(process.node().index(), target.index())) {
                simulation.occurred(Occurrence.CUT_OFF);
                return;
            }
            for (Receiving receiver : receivers(target, remote)) {
                receiver.process().arrive(Happening.Kind.DATAGRAM, digest, () -> receiver.buffer().take(bytes, local));
            }
        }

        @Override
        public SimulatedEnvironment process() {
            return process;
        }

        @Override
        public ReceiveBuffer buffer() {
            return buffer;
        }

        @Override
        public void wantReadable(boolean wanted) {
            buffer.wantReadable(wanted);
        }

        @Override
        public InetSocketAddress local() {
            return local;
        }

        @Override
        public void close() {
            process.node().sockets.remove(local.getPort(), this);
            buffer.kept.clear();
        }
    }

    /** The bytes of a datagram. One sent to many is copied once: comparing is cheaper than keeping many copies. */
    private byte[] copy(ByteBuffer datagram) {
        int length = datagram.remaining();
        ByteBuffer last = ByteBuffer.wrap(lastBytes);
        if (length != lastBytes.length || !last.equals(datagram)) {
            lastBytes = new byte[length];
            datagram.get(datagram.position(), lastBytes);
            lastDigest = TraceHash.digest(lastBytes);
        }
        datagram.position(datagram.limit());
        return lastBytes;
    }

    static byte[] gather(ByteBuffer[] buffers, int count, int most) {
        byte[] bytes = new byte[most];
        int length = 0;
        for (int index = 0; index < count && length < most; index++) {
            int part = Math.min(buffers[index].remaining(), most - length);
            buffers[index].get(bytes, length, part);
            length += part;
        }
        return length == most ? bytes : Arrays.copyOf(bytes, length);
    }
}
