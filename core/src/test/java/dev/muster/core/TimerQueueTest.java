package dev.muster.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.spi.Environment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class TimerQueueTest {

    private final TimerQueue queue = new TimerQueue();
    private final List<Integer> ran = new ArrayList<>();

    private void runDue(long now) {
        for (Runnable task = queue.due(now); task != null; task = queue.due(now)) {
            task.run();
        }
    }

    private Environment.Scheduled add(long time, int number) {
        return queue.add(time, () -> ran.add(number));
    }

    @Test
    void tasksComeInOrderOfTimeAndEqualTimesInOrderOfScheduling() {
        add(20, 1);
        add(10, 2);
        add(20, 3);
        add(5, 4);

        assertThat(queue.nextNanos()).isEqualTo(5);
        runDue(19);
        assertThat(ran).containsExactly(4, 2);
        assertThat(queue.nextNanos()).isEqualTo(20);
        runDue(20);
        assertThat(ran).containsExactly(4, 2, 1, 3);
        assertThat(queue.nextNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void cancelledTasksNeitherRunNorCountAsNext() {
        Environment.Scheduled first = add(1, 1);
        add(2, 2);
        first.cancel();
        first.cancel();

        assertThat(queue.nextNanos()).isEqualTo(2);
        runDue(5);
        assertThat(ran).containsExactly(2);
    }

    @Test
    void cancellingATaskThatRanDoesNothing() {
        Environment.Scheduled task = add(1, 1);
        runDue(1);
        task.cancel();
        add(2, 2);
        runDue(2);

        assertThat(ran).containsExactly(1, 2);
    }

    @Test
    void timesAreComparedAcrossTheOverflowOfTheClock() {
        add(Long.MIN_VALUE + 5, 2);
        add(Long.MAX_VALUE - 5, 1);

        runDue(Long.MAX_VALUE - 1);
        assertThat(ran).containsExactly(1);
        runDue(Long.MIN_VALUE + 5);
        assertThat(ran).containsExactly(1, 2);
    }

    @Test
    void manyScheduledAndCancelledTasksBehaveLikeASortedList() {
        SplittableRandom random = new SplittableRandom(7);
        List<Environment.Scheduled> handles = new ArrayList<>();
        List<Integer> times = new ArrayList<>();
        for (int number = 0; number < 5_000; number++) {
            int time = random.nextInt(1_000);
            handles.add(add(time, number));
            times.add(time);
        }
        List<Integer> expected = new ArrayList<>();
        for (int number = 0; number < 5_000; number++) {
            if (random.nextInt(10) < 8) {
                handles.get(number).cancel();
            } else {
                expected.add(number);
            }
        }
        expected.sort(java.util.Comparator.comparing(times::get));

        runDue(1_000);

        assertThat(ran).isEqualTo(expected);
    }
}
