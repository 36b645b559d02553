package dev.muster.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ReplayWindowTest {

    @Test
    void agreesWithASetThatForgetsWhatIsTooOld() {
        for (int seed = 0; seed < 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            ReplayWindow window = new ReplayWindow();
            Set<Long> seen = new HashSet<>();
            long highest = -1;
            long around = 0;
            for (int step = 0; step < 20_000; step++) {
                around += random.nextInt(100) == 0 ? random.nextInt(10_000) : random.nextInt(3);
                long number = Math.max(0, around - random.nextInt(ReplayWindow.WIDTH + 100));
                boolean expected = number > highest - ReplayWindow.WIDTH && !seen.contains(number);
                assertThat(window.isNew(number)).as("seed %d step %d: %d after %d", seed, step, number, highest)
                        .isEqualTo(expected);
                if (expected) {
                    window.note(number);
                    seen.add(number);
                    highest = Math.max(highest, number);
                }
            }
        }
    }

    @Test
    void numbersAtTheEndsOfTheRangeAreHandled() {
        ReplayWindow window = new ReplayWindow();
        window.note(Long.MAX_VALUE);

        assertThat(window.isNew(Long.MAX_VALUE)).isFalse();
        assertThat(window.isNew(Long.MAX_VALUE - 1)).isTrue();
        assertThat(window.isNew(0)).isFalse();
        assertThat(window.isNew(-1)).isFalse();
        assertThat(window.isNew(Long.MIN_VALUE)).isFalse();
    }
}
