package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReplicatedLogTest {

    private final ReplicatedLog log = new ReplicatedLog();

    @Test
    void theSameEntriesInAnotherOrderBetweenWritersGiveTheSameDigest() {
        ReplicatedLog other = new ReplicatedLog();
        log.apply("m1", 1, "a", "x");
        log.apply("m2", 1, "a", "y");
        log.apply("m1", 2, "a", "z");
        other.apply("m2", 1, "a", "y");
        other.apply("m1", 1, "a", "x");
        other.apply("m1", 2, "a", "z");

        assertThat(other.digest()).isEqualTo(log.digest());
    }

    @Test
    void oneEntryLessOrAnotherValueGivesAnotherDigest() {
        ReplicatedLog less = new ReplicatedLog();
        ReplicatedLog another = new ReplicatedLog();
        log.apply("m1", 1, "a", "x");
        log.apply("m1", 2, "a", "x");
        less.apply("m1", 1, "a", "x");
        another.apply("m1", 1, "a", "x");
        another.apply("m1", 2, "a", "y");

        assertThat(less.digest()).isNotEqualTo(log.digest());
        assertThat(another.digest()).isNotEqualTo(log.digest());
    }

    @Test
    void aStateThatWasTakenOverIsTheSameStateAndGoesOnWhereItWasCut() {
        log.apply("m1", 1, "a", "x");
        log.apply("m2", 1, "b", "y");
        ReplicatedLog newcomer = new ReplicatedLog();
        newcomer.apply("m9", 1, "old", "life");

        newcomer.restore(log.snapshot());
        log.apply("m1", 2, "a", "z");
        newcomer.apply("m1", 2, "a", "z");

        assertThat(newcomer.digest()).isEqualTo(log.digest());
        assertThat(newcomer.total()).isEqualTo(3);
        assertThat(newcomer.outOfOrder()).isEqualTo(0);
        assertThat(newcomer.positions()).isEqualTo("{m1=2, m2=1}");
    }

    @Test
    void anEmptyStateCanBeTakenOver() {
        log.restore(new ReplicatedLog().snapshot());

        assertThat(log.size()).isEqualTo(0);
    }

    @Test
    void entriesThatComeTwiceOrWithAGapAreCounted() {
        log.apply("m1", 1, "a", "x");
        log.apply("m1", 1, "a", "x");
        log.apply("m1", 3, "a", "x");

        assertThat(log.outOfOrder()).isEqualTo(2);
    }
}
