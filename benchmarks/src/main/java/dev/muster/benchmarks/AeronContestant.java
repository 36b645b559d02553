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
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Aeron: a driver in each process, all of it on one thread that backs off, with windows and socket buffers of 2 MB, as
 * measured best here. It retransmits, but knows no members or views.
 */
public abstract class AeronContestant implements Contestant {

    private static final int WINDOW = 2 * 1024 * 1024;
    private static final int FIRST_STREAM = 100;
    private static final int FORMING_SECONDS = 60;
    private static final int FRAGMENTS = 256;

    private final String name;
    private final String description;
    private final boolean multicast;

    AeronContestant(String name, String description, boolean multicast) {
        this.name = name;
        this.description = description;
        this.multicast = multicast;
    }

    /** One stream per member over IP multicast of the loopback interface, received by all, paced by the slowest receiver. */
    public static final class Multicast extends AeronContestant {

        /** For the service loader. */
        public Multicast() {
            super("aeron-multicast", "Aeron 1.51.0, multicast, 8 KB datagrams, windows of 2 MB, paced by the slowest", true);
        }
    }

    /** A stream from each member to each other one. */
    public static final class Unicast extends AeronContestant {

        /** For the service loader. */
        public Unicast() {
            super("aeron-unicast", "Aeron 1.51.0, unicast, 60 KB datagrams, windows of 2 MB", false);
        }
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final String description() {
        return description;
    }

    @Override
    public final boolean deliversToSender() {
        return multicast;
    }

    @Override
    public final List<String> jvmOptions() {
        return List.of("--add-opens", "java.base/sun.nio.ch=ALL-UNNAMED", "--add-opens",
                "java.base/jdk.internal.misc=ALL-UNNAMED", "-Dagrona.disable.bounds.checks=true");
    }

    @Override
    public final Node join(Seat seat, Inbox inbox) throws IOException {
        return new AeronNode(seat, inbox, multicast);
    }

    private static final class AeronNode implements Node {

        private final MediaDriver driver;
        private final Aeron aeron;
        /** To each member; all the same one if it goes to the group. */
        private final Publication[] publications;
        private final IdleStrategy idle = backOff();
        private volatile boolean running = true;

        AeronNode(Seat seat, Inbox inbox, boolean multicast) throws IOException {
            String directory = Path.of(System.getProperty("java.io.tmpdir"),
                    "aeron-" + seat.run() + "-" + seat.member()).toString();
            driver = MediaDriver.launchEmbedded(new MediaDriver.Context().aeronDirectoryName(directory)
                    .threadingMode(ThreadingMode.SHARED).sharedIdleStrategy(backOff())
                    .initialWindowLength(WINDOW).socketRcvbufLength(WINDOW).socketSndbufLength(WINDOW)
                    .dirDeleteOnStart(true).dirDeleteOnShutdown(true));
            aeron = Aeron.connect(new Aeron.Context().aeronDirectoryName(driver.aeronDirectoryName()));
            publications = new Publication[seat.members()];
            Subscription[] subscriptions = multicast ? group(seat) : others(seat);
            awaitAll(seat, subscriptions);
            Thread receiver = new Thread(() -> receive(subscriptions, inbox), "polls");
            receiver.setDaemon(true);
            receiver.start();
        }

        private Subscription[] group(Seat seat) {
            String channel = "aeron:udp?endpoint=224.0.1.1:" + seat.ports().get(0)
                    + "|interface=127.0.0.1|ttl=0|mtu=8192|term-length=16m";
            Arrays.fill(publications,
                    aeron.addPublication(channel + "|fc=min,g:/" + seat.members(), FIRST_STREAM + seat.member()));
            Subscription[] subscriptions = new Subscription[seat.members()];
            for (int member = 0; member < subscriptions.length; member++) {
                subscriptions[member] = aeron.addSubscription(channel, FIRST_STREAM + member);
            }
            return subscriptions;
        }

        private Subscription[] others(Seat seat) {
            Subscription own = aeron.addSubscription(at(seat.port()), FIRST_STREAM);
            for (int member = 0; member < publications.length; member++) {
                if (member != seat.member()) {
                    publications[member] = aeron.addPublication(at(seat.ports().get(member)) + "|mtu=61440|term-length=16m",
                            FIRST_STREAM);
                }
            }
            return new Subscription[] {own};
        }

        private static String at(int port) {
            return "aeron:udp?endpoint=127.0.0.1:" + port;
        }

        private static IdleStrategy backOff() {
            return new BackoffIdleStrategy(10, 20, TimeUnit.MICROSECONDS.toNanos(1), TimeUnit.MICROSECONDS.toNanos(100));
        }

        private void awaitAll(Seat seat, Subscription... subscriptions) throws IOException {
            int sources = subscriptions.length == 1 ? seat.members() - 1 : 1;
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(FORMING_SECONDS);
            while (!Arrays.stream(publications).allMatch(publication -> publication == null || publication.isConnected())
                    || !Arrays.stream(subscriptions).allMatch(subscription -> subscription.imageCount() >= sources)) {
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
            if (publications[0] == null || publications[publications.length - 1] != publications[0]) {
                throw new UnsupportedOperationException("streams here go to one member each");
            }
            offer(publications[0], payload, length);
        }

        @Override
        public void sendTo(int member, byte[] payload, int length) throws IOException {
            if (publications[member] == publications[(member + 1) % publications.length]) {
                throw new UnsupportedOperationException("streams here go to all members");
            }
            offer(publications[member], payload, length);
        }

        private void offer(Publication publication, byte[] payload, int length) throws IOException {
            UnsafeBuffer buffer = new UnsafeBuffer(payload, 0, length);
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
        public void close() {
            running = false;
            aeron.close();
            driver.close();
        }
    }
}
