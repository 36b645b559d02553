package dev.muster.benchmarks;

import dev.muster.cli.perf.Contestant;
import dev.muster.cli.perf.Inbox;
import dev.muster.cli.perf.Node;
import dev.muster.cli.perf.Seat;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import zmq.ZError;

/**
 * JeroMQ: each member publishes, all others subscribe. A publisher whose queue of 100 000 is full waits instead of dropping.
 * No membership, no recovery.
 */
public final class JeroMqContestant implements Contestant {

    private static final int QUEUE = 100_000;
    private static final int FORMING_SECONDS = 60;

    /** For the service loader. */
    public JeroMqContestant() {}

    @Override
    public String name() {
        return "jeromq";
    }

    @Override
    public String description() {
        return "JeroMQ 0.6.0, XPUB and SUB over TCP, queues of 100 000, full ones block";
    }

    @Override
    public boolean deliversToSender() {
        return false;
    }

    @Override
    public Node join(Seat seat, Inbox inbox) throws IOException, InterruptedException {
        return new JeroMqNode(seat, inbox);
    }

    private static final class JeroMqNode implements Node {

        private final ZContext context = new ZContext();
        private final ZMQ.Socket publisher = context.createSocket(SocketType.XPUB);
        private final CountDownLatch subscribed;

        JeroMqNode(Seat seat, Inbox inbox) throws IOException, InterruptedException {
            subscribed = new CountDownLatch(1);
            publisher.setSndHWM(QUEUE);
            publisher.setXpubNoDrop(true);
            publisher.setXpubVerbose(true);
            publisher.setLinger(0);
            publisher.bind("tcp://127.0.0.1:" + seat.port());
            Thread receiver = new Thread(() -> receive(seat, inbox), "receives");
            receiver.setDaemon(true);
            receiver.start();
            awaitSubscribers(seat.members() - 1);
            if (!subscribed.await(FORMING_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("did not subscribe within " + FORMING_SECONDS + " s");
            }
        }

        private void awaitSubscribers(int missing) throws IOException {
            publisher.setReceiveTimeOut(FORMING_SECONDS * 1_000);
            for (int left = missing; left > 0; left--) {
                if (publisher.recv() == null) {
                    throw new IOException(left + " members did not subscribe within " + FORMING_SECONDS + " s");
                }
            }
        }

        private void receive(Seat seat, Inbox inbox) {
            try (ZMQ.Socket subscriber = context.createSocket(SocketType.SUB)) {
                subscriber.setRcvHWM(QUEUE);
                for (int member = 0; member < seat.members(); member++) {
                    if (member != seat.member()) {
                        subscriber.connect("tcp://127.0.0.1:" + seat.ports().get(member));
                    }
                }
                subscriber.subscribe(ZMQ.SUBSCRIPTION_ALL);
                subscribed.countDown();
                while (!Thread.currentThread().isInterrupted()) {
                    inbox.take(subscriber.recv(), 0);
                }
            } catch (org.zeromq.ZMQException | ZError.IOException e) {
                // the run is over
            }
        }

        @Override
        public void sendToAll(byte[] payload, int length) {
            // JeroMQ keeps the array until it is written, so each message needs one of its own
            byte[] own = new byte[length];
            System.arraycopy(payload, 0, own, 0, length);
            publisher.send(own, 0);
        }

        @Override
        public void sendTo(int member, byte[] payload, int length) {
            throw new UnsupportedOperationException("publishers have no address for one subscriber");
        }

        @Override
        public void close() {
            publisher.close();
        }
    }
}
