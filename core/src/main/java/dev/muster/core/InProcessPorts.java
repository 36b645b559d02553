package dev.muster.core;

import dev.muster.spi.InProcess;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/** The network of all stacks of this process, as seen from one loop. Packets are handed over, not copied. */
final class InProcessPorts implements InProcess {

    private static final Map<InetSocketAddress, LocalPort> OPEN = new ConcurrentHashMap<>();
    private static final int FIRST_FREE = 32_768;
    private static final int PACKETS_PER_TURN = 64;

    private final EventLoop loop;

    InProcessPorts(EventLoop loop) {
        this.loop = loop;
    }

    @Override
    public Port open(InetSocketAddress local, Receiver receiver) throws IOException {
        int first = local.getPort() == 0 ? FIRST_FREE : local.getPort();
        int last = local.getPort() == 0 ? 65_535 : first;
        for (int number = first; number <= last; number++) {
            LocalPort port = new LocalPort(new InetSocketAddress(local.getAddress(), number), receiver);
            if (OPEN.putIfAbsent(port.local, port) == null) {
                return port;
            }
        }
        throw new BindException(local + " is in use in this process");
    }

    /** An address taken by a stack of this loop. */
    private final class LocalPort implements Port {
        private final InetSocketAddress local;
        private final Receiver receiver;
        private final Queue<Packet> arrived = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean scheduled = new AtomicBoolean();

        private LocalPort(InetSocketAddress local, Receiver receiver) {
            this.local = local;
            this.receiver = receiver;
        }

        @Override
        public boolean send(Packet packet, InetSocketAddress remote) {
            LocalPort target = OPEN.get(remote);
            if (target == null) {
                return false;
            }
            target.take(packet.withPhysical(local));
            return true;
        }

        /** By any thread. */
        private void take(Packet packet) {
            arrived.add(packet);
            if (scheduled.compareAndSet(false, true)) {
                loop.execute(this::handOver);
            }
        }

        private void handOver() {
            scheduled.set(false);
            PacketBatch batch = new PacketBatch(PACKETS_PER_TURN);
            for (Packet packet = arrived.poll(); packet != null; packet = arrived.poll()) {
                batch.add(packet);
                if (batch.size() == PACKETS_PER_TURN) {
                    break;
                }
            }
            if (!arrived.isEmpty() && scheduled.compareAndSet(false, true)) {
                loop.execute(this::handOver);
            }
            if (!batch.isEmpty() && OPEN.get(local) == this) {
                receiver.received(batch);
            }
        }

        @Override
        public InetSocketAddress local() {
            return local;
        }

        @Override
        public void close() {
            OPEN.remove(local, this);
            arrived.clear();
        }
    }
}
