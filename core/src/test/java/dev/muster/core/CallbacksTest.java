package dev.muster.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.Wait;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Callbacks of the application, on a clock that the test moves. */
class CallbacksTest {

    private long now;
    private final Callbacks callbacks = new Callbacks(() -> now);

    private void pass(int millis) {
        now += Duration.ofMillis(millis).toNanos();
    }

    @Test
    void aCallbackThatDoesNotReturnIsToldWithItsCauseAndItsThread() {
        callbacks.run(() -> "messages of bert", () -> {
            pass(99);
            assertThat(callbacks.waits()).as("it may return any moment").isEmpty();
            pass(1);
            assertThat(callbacks.waits()).containsExactly(new Wait(Wait.Reason.APPLICATION, "the callback for messages of bert"
                    + " has not returned on thread " + Thread.currentThread().getName(), List.of(), Duration.ofMillis(100)));
        });
        pass(500);
        assertThat(callbacks.waits()).isEmpty();
    }

    @Test
    void ofNestedCallbacksTheOutermostCounts() {
        callbacks.run(() -> "view 1", () -> {
            pass(200);
            callbacks.run(() -> "view 2", () -> pass(300));
            assertThat(callbacks.waits()).singleElement().satisfies(wait -> {
                assertThat(wait.what()).contains("view 1");
                assertThat(wait.lasting()).isEqualTo(Duration.ofMillis(500));
            });
            assertThat(DeliveryThread.isCurrent()).isTrue();
        });
    }

    @Test
    void aCallbackThatThrowsHasReturned() {
        assertThatThrownBy(() -> callbacks.run(() -> "messages of bert", () -> {
            throw new IllegalStateException("no");
        })).isInstanceOf(IllegalStateException.class);
        pass(500);
        assertThat(callbacks.waits()).isEmpty();
    }
}
