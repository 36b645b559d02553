package dev.muster.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The seat at the selector: who may sit when, and under Lincheck's model checker that it is never two. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class LookoutTest {

    private static final int INVOCATIONS = 200;
    private static final long NOW = 1_000_000_000_000L;

    private final Thread resident = new Thread(() -> { });
    private final Lookout lookout = new Lookout(resident, NOW);

    /** Somebody has waited a moment ago. */
    private static Lookout visited(Lookout lookout) {
        lookout.waitBeside();
        lookout.waitedBeside(NOW);
        return lookout;
    }

    private void takeTheSeat() {
        visited(lookout);
        assertThat(lookout.ask(NOW)).isTrue();
        assertThat(lookout.giveUp()).isTrue();
    }

    @Test
    void theResidentIsNotDisturbedForAGuestThatComesNowAndThen() {
        assertThat(lookout.ask(NOW)).isFalse();
        visited(lookout);
        assertThat(lookout.ask(NOW + Lookout.CLOSE_NANOS)).isFalse();
        assertThat(lookout.giveUp()).isFalse();
        assertThat(lookout.isOf(resident)).isTrue();
    }

    @Test
    void aGuestThatComesSoonAfterTheLastIsGivenTheSeatOnce() {
        takeTheSeat();

        assertThat(lookout.isGranted()).isTrue();
        assertThat(lookout.isMine()).isTrue();
        assertThat(lookout.withdraw()).isFalse();
        assertThat(lookout.sitDown()).isFalse();
        assertThat(lookout.ask(NOW)).isFalse();
        assertThat(lookout.takeBack(NOW + 1)).isFalse();
    }

    @Test
    void whoHasWithdrawnIsNotSeated() {
        visited(lookout);
        assertThat(lookout.ask(NOW)).isTrue();
        assertThat(lookout.isGranted()).isFalse();
        assertThat(lookout.withdraw()).isTrue();

        assertThat(lookout.giveUp()).isFalse();
        assertThat(lookout.isOf(resident)).isTrue();
    }

    @Test
    void theSeatStaysEmptyForAMomentForTheNextGuest() {
        takeTheSeat();
        lookout.leave(NOW);

        assertThat(lookout.isEmpty()).isTrue();
        assertThat(lookout.takeBack(NOW + Lookout.CLOSE_NANOS - 1)).isFalse();
        assertThat(lookout.sitDown()).isTrue();
        lookout.leave(NOW);
        assertThat(lookout.takeBack(NOW + Lookout.CLOSE_NANOS)).isTrue();
        assertThat(lookout.isOf(resident)).isTrue();
    }

    @Test
    void theSeatDoesNotStayEmptyIfThereIsWorkOrSomebodyWaitsInAnotherWay() {
        takeTheSeat();
        lookout.want();
        lookout.leave(NOW);
        assertThat(lookout.takeBack(NOW)).isTrue();

        takeTheSeat();
        lookout.waitBeside();
        lookout.leave(NOW);
        assertThat(lookout.takeBack(NOW)).isTrue();
        lookout.waitedBeside(NOW);

        takeTheSeat();
        lookout.leave(NOW);
        assertThat(lookout.takeBack(NOW)).as("nobody wants it any longer").isFalse();
    }

    /** Threads that sit down by the rules, with a check that they do so one at a time. */
    private static final class Room {
        private final AtomicInteger seated = new AtomicInteger();
        private Lookout lookout;

        private void sit() {
            if (seated.incrementAndGet() != 1) {
                throw new AssertionError("two sit");
            }
            seated.decrementAndGet();
        }

        private void resident() {
            sit();
            if (lookout.giveUp()) {
                while (!lookout.takeBack(NOW)) {
                    LockSupport.park(this);
                }
            }
            sit();
        }

        private void guest() {
            if (lookout.sitDown()) {
                sitAndLeave();
            } else if (lookout.ask(NOW) && (lookout.isGranted() || !lookout.withdraw())) {
                sitAndLeave();
            }
        }

        private void sitAndLeave() {
            sit();
            lookout.want();
            lookout.leave(NOW);
        }
    }

    @Test
    void oneThreadAtATimeSitsAndTheResidentComesBack() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            Room room = new Room();
            Thread resident = new Thread(room::resident);
            room.lookout = visited(new Lookout(resident, NOW));
            Thread first = new Thread(room::guest);
            Thread second = new Thread(room::guest);
            resident.start();
            first.start();
            second.start();
            for (Thread thread : new Thread[] {resident, first, second}) {
                join(thread);
            }
            if (!room.lookout.isOf(resident)) {
                throw new AssertionError("the resident did not come back");
            }
        });
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted while joining", e);
        }
    }
}
