package dev.muster.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Settings;
import dev.muster.spi.PoolSettings;
import dev.muster.spi.TransportSettings;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both pools of threads that deliver; each keeps to its own settings. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class DeliveryPoolTest {

    private final CountDownLatch blocked = new CountDownLatch(1);
    private DeliveryPool pool;

    @AfterEach
    void close() {
        blocked.countDown();
        pool.close();
    }

    private static PoolSettings settings(boolean outOfBand) {
        return outOfBand ? TransportSettings.OOB_THREAD_POOL : TransportSettings.THREAD_POOL;
    }

    /** A pool whose other settings are those of the other pool, which must not matter. */
    private void open(boolean outOfBand, int least, int most, Duration keepAlive) {
        PoolSettings meant = settings(outOfBand);
        PoolSettings other = settings(!outOfBand);
        pool = new DeliveryPool(new Settings().set(meant.minThreads(), least).set(meant.maxThreads(), most)
                .set(meant.keepAliveTime(), keepAlive).set(other.minThreads(), 20).set(other.maxThreads(), 20), meant, "test");
    }

    private AtomicInteger block(int tasks) {
        AtomicInteger running = new AtomicInteger();
        for (int i = 0; i < tasks; i++) {
            pool.execute(() -> {
                running.incrementAndGet();
                try {
                    blocked.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        return running;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void asManyThreadsAsAllowedDeliverSideBySideAndNoneMore(boolean outOfBand) {
        open(outOfBand, 1, 3, Duration.ofSeconds(60));

        AtomicInteger running = block(10);

        Await.until("three run", () -> running.get() == 3);
        assertThat(pool.size()).isEqualTo(3);
        blocked.countDown();
        Await.until("those that waited have run, too", () -> running.get() == 10);
        assertThat(pool.size()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void idleThreadsGoAfterTheirTimeExceptForTheFewest(boolean outOfBand) {
        open(outOfBand, 2, 5, Duration.ofMillis(50));
        AtomicInteger running = block(5);
        Await.until("five run", () -> running.get() == 5);
        assertThat(pool.size()).isEqualTo(5);

        blocked.countDown();

        Await.until("three have gone", () -> pool.size() == 2);
    }

    /** Idle since before those of another pool whose time is shorter, and still there when those have gone. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void idleThreadsStayUntilTheirTimeHasPassed(boolean outOfBand) {
        open(outOfBand, 1, 5, Duration.ofDays(1));
        AtomicInteger running = block(5);
        Await.until("five run", () -> running.get() == 5);
        blocked.countDown();
        DeliveryPool patient = pool;
        Await.until("all are idle", () -> patient.idle() == 5);

        open(outOfBand, 1, 5, Duration.ofMillis(50));
        CompletableFuture<Void> all = new CompletableFuture<>();
        for (int task = 0; task < 5; task++) {
            pool.execute(all::join);
        }
        all.complete(null);

        Await.until("those with little patience have gone", () -> pool.size() == 1);
        assertThat(patient.size()).isEqualTo(5);
        patient.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneThreadMoreTakesWhatWaitsAlreadyUntilItIsTakenBack(boolean outOfBand) {
        open(outOfBand, 1, 2, Duration.ofMillis(50));
        AtomicInteger running = block(4);
        Await.until("two run", () -> running.get() == 2);

        pool.lendOneMore(true);

        Await.until("a third runs", () -> running.get() == 3);
        pool.lendOneMore(false);
        blocked.countDown();
        Await.until("all have run", () -> running.get() == 4);
        Await.until("what was lent is back", () -> pool.size() <= 2);
    }

    /** Whatever looks at a pool must not keep a thread that has nothing to do from going to sleep. */
    @Test
    void threadsWithoutWorkSleepAlthoughSomebodyAsksWhetherTasksWait() {
        open(false, 2, 4, Duration.ofSeconds(60));
        Set<Thread> seen = ConcurrentHashMap.newKeySet();
        AtomicInteger done = new AtomicInteger();
        Threads.together(() -> {
            for (int burst = 1; burst <= 20_000; burst++) {
                for (int task = 0; task < 3; task++) {
                    pool.execute(() -> {
                        seen.add(Thread.currentThread());
                        done.incrementAndGet();
                    });
                }
                int sent = 3 * burst;
                Await.until("all are done", () -> done.get() >= sent);
                Await.until("all sleep", () -> seen.stream().noneMatch(thread -> thread.getState() == Thread.State.RUNNABLE));
            }
            done.set(Integer.MAX_VALUE);
        }, () -> {
            while (done.get() != Integer.MAX_VALUE) {
                pool.hasQueue();
                Thread.onSpinWait();
            }
        });
    }
}
