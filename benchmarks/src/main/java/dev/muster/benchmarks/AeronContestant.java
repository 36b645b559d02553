package dev.muster.benchmarks;

import dev.muster.cli.perf.Contestant;
import dev.muster.cli.perf.Inbox;
import dev.muster.cli.perf.Node;
import dev.muster.cli.perf.Seat;
import io.aeron.Aeron;
import io.aeron.FragmentAssembler;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Aeron: one stream per member over IP multicast of the loopback interface, received by all, paced by the slowest receiver;
 * a driver in each process, all of it on one thread that backs off. Windows and socket buffers of 2 MB, datagrams of 8 KB,
 * as measured best here. It retransmits, but knows no members or views.
 */
public final class AeronContestant implements Contestant {

    private static final int WINDOW = 2 * 1024 * 1024;
    private static final int FIRST_STREAM = 100;
    private static final int FORMING_SECONDS = 60;
    private static final int FRAGMENTS = 256;

    /** For the service loader. */
    public AeronContestant() {}

    @Override
    public String name() {
        return "aeron-multicast";
    }

    @Override
    public String description() {
        return "Aeron 1.51.0, multicast, 8 KB datagrams, windows of 2 MB, paced by the slowest of the receivers";
    }

    @Override
    public List<String> jvmOptions() {
        return List.of("--add-opens", "java.base/sun.nio.ch=ALL-UNNAMED", "--add-opens",
                "java.base/jdk.internal.misc=ALL-UNNAMED", "-Dagrona.disable.bounds.checks=true");
    }

    @Override
    public Node join(Seat seat, Inbox inbox) throws IOException {
        return new AeronNode(seat, inbox);
    }

    private static final class AeronNode implements Node {

        private final MediaDriver driver;
        private final Aeron aeron;
        private final Publication publication;
        private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
        private final IdleStrategy idle = backOff();
        private volatile boolean running = true;

        AeronNode(Seat seat, Inbox inbox) throws IOException {
            String directory = Path.of(System.getProperty("java.io.tmpdir"),
                    "aeron-" + seat.run() + "-" + seat.member()).toString();
            driver = MediaDriver.launchEmbedded(new MediaDriver.Context().aeronDirectoryName(directory)
                    .threadingMode(ThreadingMode.SHARED).sharedIdleStrategy(backOff())
                    .initialWindowLength(WINDOW).socketRcvbufLength(WINDOW).socketSndbufLength(WINDOW)
                    .dirDeleteOnStart(true).dirDeleteOnShutdown(true));
            aeron = Aeron.connect(new Aeron.Context().aeronDirectoryName(driver.aeronDirectoryName()));
            String channel = "aeron:udp?endpoint=224.0.1.1:" + seat.ports().get(0)
                    + "|interface=127.0.0.1|ttl=0|mtu=8192|term-length=16m";
            publication = aeron.addPublication(channel + "|fc=min,g:/" + seat.members(), FIRST_STREAM + seat.member());
            Subscription[] subscriptions = new Subscription[seat.members()];
            for (int member = 0; member < subscriptions.length; member++) {
                subscriptions[member] = aeron.addSubscription(channel, FIRST_STREAM + member);
            }
            awaitAll(subscriptions);
            Thread receiver = new Thread(() -> receive(subscriptions, inbox), "polls");
            receiver.setDaemon(true);
            receiver.start();
        }

        private static IdleStrategy backOff() {
            return new BackoffIdleStrategy(10, 20, TimeUnit.MICROSECONDS.toNanos(1), TimeUnit.MICROSECONDS.toNanos(100));
        }

        private void awaitAll(Subscription... subscriptions) throws IOException {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(FORMING_SECONDS);
            while (!publication.isConnected() || !List.of(subscriptions).stream().allMatch(Subscription::isConnected)) {
                if (System.nanoTime() > deadline) {
                    throw new IOException("streams did not connect within " + FORMING_SECONDS + " s");
                }
                LockSupport.parkNanos(1_000_000);
            }
        }

        private void receive(Subscription[] subscriptions, Inbox inbox) {
            FragmentAssembler handler = new FragmentAssembler((from, offset, length, header) ->
                    inbox.take(from.getLong(offset, ByteOrder.BIG_ENDIAN)));
            IdleStrategy waiting = backOff();
            while (running) {
                int polled = 0;
                for (Subscription subscription : subscriptions) {
                    polled += subscription.poll(handler, FRAGMENTS);
                }
                waiting.idle(polled);
            }
        }

        @Override
        public void sendToAll(byte[] payload, int length) throws IOException {
            buffer.wrap(payload, 0, length);
            long position = publication.offer(buffer, 0, length);
            while (position < 0) {
                if (position == Publication.CLOSED || position == Publication.NOT_CONNECTED) {
                    throw new IOException("the publication is " + Publication.errorString(position));
                }
                idle.idle();
                position = publication.offer(buffer, 0, length);
            }
            idle.reset();
        }

        @Override
        public void sendTo(int member, byte[] payload, int length) {
            throw new UnsupportedOperationException("streams here go to all members");
        }

        @Override
        public void close() {
            running = false;
            aeron.close();
            driver.close();
        }
    }
}
