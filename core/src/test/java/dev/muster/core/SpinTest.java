package dev.muster.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpinTest {

    private static final long LIMIT = 50_000;
    private static final long SOON = LIMIT / 2;

    private final Spin spin = new Spin();
    private long now;

    /** Expect answers that come after a time; tells how often it stayed awake for them. */
    private int expect(int answers, long afterNanos) {
        int awake = 0;
        for (int i = 0; i < answers; i++) {
            spin.begin(now);
            if (spin.isOn()) {
                awake++;
                spin.looked(false, false, now);
                assertThat(spin.isOn()).isTrue();
                spin.looked(afterNanos < LIMIT, false, now + afterNanos);
            }
            assertThat(spin.isOn()).isFalse();
            now += afterNanos;
        }
        return awake;
    }

    @Test
    void nobodyStaysAwakeWhoDoesNotWishIt() {
        assertThat(expect(1_000, 1)).isZero();
    }

    @Test
    void whoIsAnsweredSoonAlwaysStaysAwake() {
        spin.atMost(LIMIT);
        spin.atMost(1);
        assertThat(expect(1_000, SOON)).isEqualTo(1_000);
    }

    @Test
    void whoIsAnsweredLateOrTooLateGivesUpAndTriesEverMoreRarely() {
        spin.atMost(LIMIT);
        assertThat(expect(1_000, LIMIT)).isBetween(8, 16);
        assertThat(expect(100_000, LIMIT)).isLessThan(40);

    }

    @Test
    void whoIsAnsweredAfterASleeperWouldHaveWokenUpGivesUp() {
        spin.atMost(LIMIT);
        assertThat(expect(1_000, SOON + 1)).isLessThan(100);
    }

    @Test
    void onceItPaysAgainItStaysAwakeAgain() {
        spin.atMost(LIMIT);
        expect(100_000, LIMIT);

        expect(5_000, SOON);

        assertThat(expect(100, SOON)).isEqualTo(100);
    }

    @Test
    void anOccasionalLateAnswerDoesNotMakeItGiveUp() {
        spin.atMost(LIMIT);
        for (int i = 0; i < 100; i++) {
            assertThat(expect(9, SOON)).isEqualTo(9);
            assertThat(expect(1, LIMIT)).isEqualTo(1);
        }
    }

    @Test
    void whatComesInBetweenIsNoVerdict() {
        spin.atMost(LIMIT);
        for (int i = 0; i < 1_000; i++) {
            spin.begin(now);
            assertThat(spin.isOn()).isTrue();
            if (i % 2 == 0) {
                spin.looked(false, false, now);
            }
            spin.looked(i % 2 == 1, i % 2 == 0, now + LIMIT);
            assertThat(spin.isOn()).isFalse();
        }
    }
}
