package dev.muster.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Ownership under Lincheck's model checker: threads leave work and run it, by the rules of the loop, in systematically
 * varied interleavings.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class OwnershipTest {

    private static final int INVOCATIONS = 200;

    /** What of an ownership the rules use, so that broken ones can be put in its place. */
    interface Owner {
        boolean acquireOrRequest();

        boolean release();

        void acquire();

        void handOver();

        /** What the calling thread is told about itself. */
        default boolean isMine(boolean expected) {
            return expected;
        }
    }

    private static Owner real() {
        Ownership ownership = new Ownership();
        return new Owner() {
            @Override
            public boolean acquireOrRequest() {
                return ownership.acquireOrRequest();
            }

            @Override
            public boolean release() {
                return ownership.release();
            }

            @Override
            public void acquire() {
                ownership.acquire();
            }

            @Override
            public void handOver() {
                ownership.handOver();
            }

            @Override
            public boolean isMine(boolean expected) {
                return ownership.isMine();
            }
        };
    }

    /** As a simple spin lock would be; its switches make one bug each. */
    private static final class Broken implements Owner {
        private final AtomicInteger state = new AtomicInteger();
        private final boolean forgetsRequests;

        private Broken(boolean forgetsRequests) {
            this.forgetsRequests = forgetsRequests;
        }

        @Override
        public boolean acquireOrRequest() {
            while (true) {
                int current = state.get();
                if (current == 0) {
                    if (forgetsRequests) {
                        if (state.compareAndSet(0, 1)) {
                            return true;
                        }
                    } else {
                        state.set(1);
                        return true;
                    }
                } else if (current == 2 || state.compareAndSet(1, 2)) {
                    return false;
                }
            }
        }

        @Override
        public boolean release() {
            if (!forgetsRequests && !state.compareAndSet(1, 0)) {
                state.set(1);
                return false;
            }
            state.set(0);
            return true;
        }

        @Override
        public void acquire() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void handOver() {
            throw new UnsupportedOperationException();
        }
    }

    /** Work that is left and run, with a check that only one thread runs it. */
    private static final class Yard {
        private final Owner owner;
        private final AtomicInteger mailbox = new AtomicInteger();
        private final AtomicInteger inside = new AtomicInteger();
        private final AtomicInteger done = new AtomicInteger();

        private Yard(Owner owner) {
            this.owner = owner;
        }

        private void leaveWork() {
            mailbox.incrementAndGet();
            expectMine(false);
            if (owner.acquireOrRequest()) {
                do {
                    runMailbox();
                } while (!owner.release());
            }
        }

        private void resident() {
            do {
                owner.acquire();
                runMailbox();
                owner.handOver();
                expectMine(false);
            } while (mailbox.get() > 0);
        }

        private void expectMine(boolean expected) {
            if (owner.isMine(expected) != expected) {
                throw new AssertionError("a thread is wrong about whether it is the owner");
            }
        }

        private void runMailbox() {
            if (inside.incrementAndGet() != 1) {
                throw new AssertionError("two owners at once");
            }
            expectMine(true);
            done.addAndGet(mailbox.getAndSet(0));
            inside.decrementAndGet();
        }
    }

    private static void twoBorrowers(Supplier<Owner> owners) {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            Yard yard = new Yard(owners.get());
            Threads.together(yard::leaveWork, yard::leaveWork);
            expectDone(yard, 2);
        });
    }

    private static void expectDone(Yard yard, int expected) {
        if (yard.done.get() != expected) {
            throw new AssertionError("work was left lying: done " + yard.done.get() + " of " + expected);
        }
    }

    @Test
    void oneThreadAtATimeOwnsAndNoWorkOfTwoBorrowersIsLeftLying() {
        twoBorrowers(OwnershipTest::real);
    }

    @Test
    void noWorkIsLeftLyingBesideAResidentThatWaitsForItsTurn() {
        Lincheck.runConcurrentTest(INVOCATIONS / 8, () -> {
            Yard yard = new Yard(real());
            Threads.together(yard::leaveWork, yard::resident, yard::leaveWork);
            expectDone(yard, 2);
        });
    }

    @Test
    void noWorkIsLeftLyingBesideTwoThatWaitForTheirTurn() {
        Lincheck.runConcurrentTest(INVOCATIONS / 8, () -> {
            Yard yard = new Yard(real());
            Threads.together(yard::leaveWork, yard::resident, yard::resident);
            expectDone(yard, 1);
        });
    }

    @Test
    void theCheckFindsAnOwnershipThatForgetsRequests() {
        assertThatThrownBy(() -> twoBorrowers(() -> new Broken(true)))
                .isInstanceOf(LincheckAssertionError.class).hasMessageContaining("work was left lying");
    }

    @Test
    void theCheckFindsAnOwnershipThatAdmitsTwo() {
        assertThatThrownBy(() -> twoBorrowers(() -> new Broken(false)))
                .isInstanceOf(LincheckAssertionError.class).hasMessageContaining("two owners at once");
    }

    @Test
    void aReleaseAfterARequestKeepsTheOwner() {
        Ownership ownership = new Ownership();

        assertThat(ownership.acquireOrRequest()).isTrue();
        assertThat(ownership.acquireOrRequest()).isFalse();
        assertThat(ownership.acquireOrRequest()).isFalse();
        assertThat(ownership.release()).isFalse();
        assertThat(ownership.isMine()).isTrue();
        assertThat(ownership.release()).isTrue();
        assertThat(ownership.isMine()).isFalse();
        assertThat(ownership.acquireOrRequest()).isTrue();
    }

    @Test
    void aHandOverDropsRequestsAndLetsTheWaitingResidentIn() throws InterruptedException {
        Ownership ownership = new Ownership();
        assertThat(ownership.acquireOrRequest()).isTrue();
        Thread resident = new Thread(ownership::acquire);
        resident.start();
        Await.until("the resident waits", () -> resident.getState() == Thread.State.WAITING);

        resident.interrupt();
        ownership.handOver();

        resident.join();
        assertThat(ownership.acquireOrRequest()).as("the resident owns").isFalse();
    }

    @Test
    void borrowersDoNotOvertakeAResidentThatWaits() throws InterruptedException {
        Ownership ownership = new Ownership();
        AtomicInteger residentTurns = new AtomicInteger();
        assertThat(ownership.acquireOrRequest()).isTrue();
        Thread resident = new Thread(() -> {
            ownership.acquire();
            residentTurns.incrementAndGet();
            ownership.handOver();
        });
        resident.start();
        Await.until("the resident waits", () -> resident.getState() == Thread.State.WAITING);

        assertThat(ownership.release()).isTrue();
        while (!ownership.acquireOrRequest()) {
            Thread.onSpinWait();
        }

        assertThat(residentTurns).hasValue(1);
        resident.join();
    }
}
