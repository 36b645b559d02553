package dev.muster.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Settings;
import dev.muster.spi.TransportSettings;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A stream of datagrams on a real loopback socket, each of which is read by the loop and delivered by the pool. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class VisitsTest {

    private final EventLoop loop = new EventLoop("test-loop");
    private final DeliveryPool pool = new DeliveryPool(new Settings(), TransportSettings.THREAD_POOL, "test-delivery");
    private final CountDownLatch free = new CountDownLatch(1);
    private final AtomicLong read = new AtomicLong();
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong deliveredWhereRead = new AtomicLong();
    private final AtomicLong readByResident = new AtomicLong();
    private volatile Runnable callback = () -> { };
    private volatile boolean sending = true;
    private DatagramChannel channel;
    private Thread sender;

    @BeforeEach
    void begin() throws Exception {
        channel = DatagramChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        channel.configureBlocking(false);
        CompletableFuture<Void> registered = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                channel.register(loop.selector(), SelectionKey.OP_READ, (EventLoop.Ready) key -> readAll());
                loop.interestsChanged();
                registered.complete(null);
            } catch (Exception e) {
                registered.completeExceptionally(e);
            }
        });
        registered.join();
        sender = new Thread(this::send);
        sender.start();
    }

    @AfterEach
    void end() throws Exception {
        free.countDown();
        sending = false;
        sender.join();
        loop.close();
        pool.close();
    }

    private void send() {
        try (DatagramSocket socket = new DatagramSocket()) {
            DatagramPacket datagram = new DatagramPacket(new byte[100], 100, channel.getLocalAddress());
            while (sending) {
                socket.send(datagram);
            }
        } catch (Exception e) {
            throw new AssertionError("the sender failed", e);
        }
    }

    private void readAll() {
        try {
            ByteBuffer buffer = ByteBuffer.allocate(200);
            while (channel.receive(buffer.clear()) != null) {
                read.incrementAndGet();
            }
        } catch (Exception e) {
            throw new AssertionError("the socket failed", e);
        }
        Thread reader = Thread.currentThread();
        if (reader.getName().equals("test-loop")) {
            readByResident.incrementAndGet();
        }
        pool.execute(() -> {
            if (Thread.currentThread() == reader) {
                deliveredWhereRead.incrementAndGet();
            }
            callback.run();
            delivered.incrementAndGet();
        });
    }

    private void awaitAVisit() {
        long before = deliveredWhereRead.get();
        Await.until("a thread of the pool reads what it delivers", () -> deliveredWhereRead.get() > before + 100);
    }

    private void block() {
        try {
            free.await();
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    @Test
    void quickCallbacksRunOnTheThreadThatReads() {
        pool.visit(loop);
        awaitAVisit();
    }

    @Test
    void withoutVisitsNobodyWhoReadsDelivers() {
        Await.until("much is delivered", () -> delivered.get() > 1_000);
        assertThat(deliveredWhereRead).hasValue(0);
    }

    @Test
    void aCallbackThatBlocksHoldsUpNobodyElse() {
        pool.visit(loop);
        awaitAVisit();
        CompletableFuture<Thread> blocked = new CompletableFuture<>();
        callback = () -> {
            callback = () -> { };
            blocked.complete(Thread.currentThread());
            block();
        };
        Thread thread = blocked.join();

        long readBefore = read.get();
        long deliveredBefore = delivered.get();
        Await.until("others read and deliver", () -> read.get() > readBefore + 1_000 && delivered.get() > deliveredBefore + 100);
        assertThat(thread.isAlive() && free.getCount() == 1).as("it is still blocked").isTrue();
        CompletableFuture<Void> timer = new CompletableFuture<>();
        loop.execute(() -> loop.schedule(1, () -> timer.complete(null)));
        timer.join();
    }

    @Test
    void everythingThatWasReadIsDeliveredThoughVisitorsAreStoppedAgainAndAgain() {
        pool.visit(loop);
        AtomicLong tasks = new AtomicLong();
        AtomicLong done = new AtomicLong();
        callback = () -> {
            if (tasks.incrementAndGet() % 500 == 0) {
                Await.until("the resident is back", this::residentReads);
            }
            done.incrementAndGet();
        };
        Await.until("many visits have been cut short", () -> tasks.get() > 20_000);

        sending = false;
        Await.until("nothing is left", () -> done.get() == tasks.get() && !pool.hasQueue());
    }

    private boolean residentReads() {
        long before = readByResident.get();
        Await.until("the resident reads", () -> readByResident.get() > before || !sending);
        return true;
    }

    @Test
    void aTaskThatIsLeftByTheVisitorInACallbackIsDoneSoon() {
        pool.visit(loop);
        awaitAVisit();
        CompletableFuture<Void> done = new CompletableFuture<>();
        callback = () -> {
            callback = () -> { };
            loop.execute(() -> done.complete(null));
            block();
        };
        done.join();
    }

    @Test
    void aCallbackThatThrowsOrInterruptsItselfHarmsNobody() {
        pool.visit(loop);
        awaitAVisit();
        callback = () -> Thread.currentThread().interrupt();
        awaitAVisit();
        callback = () -> { };
        awaitAVisit();
    }

    @Test
    void aSlowReceiverIsServedBesideTheReading() {
        callback = () -> {
            long end = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(500);
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
        };
        pool.visit(loop);
        long before = deliveredWhereRead.get();
        long deliveredBefore = delivered.get();
        Await.until("much is delivered", () -> delivered.get() > deliveredBefore + 2_000);
        assertThat(deliveredWhereRead.get() - before).isLessThan(500);
    }

    @Test
    void threadsEndAlthoughOneVisits() {
        pool.visit(loop);
        awaitAVisit();
        loop.close();
        pool.close();
        Await.until("nobody is left", () -> pool.size() == 0);
    }
}
