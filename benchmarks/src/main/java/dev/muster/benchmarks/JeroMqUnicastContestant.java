package dev.muster.benchmarks;

import dev.muster.cli.perf.Contestant;
import dev.muster.cli.perf.Inbox;
import dev.muster.cli.perf.Node;
import dev.muster.cli.perf.Seat;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import zmq.ZError;

/** JeroMQ from one member to another: each pulls what the others push. No membership, no recovery. */
public final class JeroMqUnicastContestant implements Contestant {

    private static final int QUEUE = 100_000;

    /** For the service loader. */
    public JeroMqUnicastContestant() {}

    @Override
    public String name() {
        return "jeromq-unicast";
    }

    @Override
    public String description() {
        return "JeroMQ 0.6.0, PUSH and PULL over TCP, queues of 100 000, full ones block";
    }

    @Override
    public boolean deliversToSender() {
        return false;
    }

    @Override
    public Node join(Seat seat, Inbox inbox) {
        return new PushingNode(seat, inbox);
    }

    private static final class PushingNode implements Node {

        private final ZContext context = new ZContext();
        private final ZMQ.Socket[] others;

        PushingNode(Seat seat, Inbox inbox) {
            others = new ZMQ.Socket[seat.members()];
            for (int member = 0; member < others.length; member++) {
                if (member != seat.member()) {
                    others[member] = context.createSocket(SocketType.PUSH);
                    others[member].setSndHWM(QUEUE);
                    others[member].setLinger(0);
                    others[member].connect("tcp://127.0.0.1:" + seat.ports().get(member));
                }
            }
            Thread receiver = new Thread(() -> receive(seat.port(), inbox), "receives");
            receiver.setDaemon(true);
            receiver.start();
        }

        private void receive(int port, Inbox inbox) {
            try (ZMQ.Socket puller = context.createSocket(SocketType.PULL)) {
                puller.setRcvHWM(QUEUE);
                puller.bind("tcp://127.0.0.1:" + port);
                while (!Thread.currentThread().isInterrupted()) {
                    inbox.take(puller.recv(), 0);
                }
            } catch (org.zeromq.ZMQException | ZError.IOException e) {
                // the run is over
            }
        }

        @Override
        public void sendToAll(byte[] payload, int length) {
            throw new UnsupportedOperationException("what is pushed goes to one member");
        }

        @Override
        public synchronized void sendTo(int member, byte[] payload, int length) {
            // JeroMQ keeps the array until it is written, so each message needs one of its own
            byte[] own = new byte[length];
            System.arraycopy(payload, 0, own, 0, length);
            others[member].send(own, 0);
        }

        @Override
        public void close() {
            context.close();
        }
    }
}
