package dev.muster.it.processes;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.Address;
import dev.muster.api.View;
import dev.muster.api.ViewId;
import dev.muster.it.processes.RecordedHistory.LifeLog;
import dev.muster.testkit.history.Promises;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checks see in logs what they see in simulations: each planted lie of a process is noticed, and the truth passes. */
class RecordedHistoryTest {

    private static final Address A = Address.of(1, 0xA, "a1");
    private static final Address B = Address.of(2, 0xB, "b1");
    private static final Address C = Address.of(3, 0xC, "c1");
    private static final View THREE = new View(new ViewId(1, A), List.of(A, B, C));
    private static final View TWO = new View(new ViewId(2, A), List.of(A, B));

    @TempDir
    private Path directory;

    private final List<LifeLog> logs = new ArrayList<>();

    /** What a process says happened to it between its first view and the second, and after it. */
    private interface Story {
        void tell(MemberLog log);
    }

    private void life(Address address, Story before, Story after) throws IOException {
        logs.add(new LifeLog(address.name(), directory.resolve(address.name()), address.equals(C)));
        try (MemberLog log = new MemberLog(directory.resolve(address.name()))) {
            log.life(address);
            log.view(1, THREE);
            before.tell(log);
            if (!address.equals(C)) {
                log.view(2, TWO);
                after.tell(log);
            }
        }
    }

    /** C sends ten and is killed, A sends ten more; B tells its own story of that. */
    private void check(Story before, Story after) throws IOException {
        life(A, log -> log.delivered(C, 0, 9), log -> {
            log.sent(10);
            log.delivered(A, 0, 9);
        });
        life(B, before, after);
        life(C, log -> {
            log.mayHaveSent(500);
            log.delivered(C, 0, 4);
        }, log -> { });
        Files.writeString(directory.resolve("c1"), "msgs 17 0000", StandardOpenOption.APPEND);
        Promises.check(RecordedHistory.read("a planted history", 0, logs).history());
    }

    private void assertBroken(String promise, Story before, Story after) {
        assertThatThrownBy(() -> check(before, after)).hasMessageStartingWith(promise + " broken in a planted history");
    }

    @Test
    void theTruthPassesAlsoWhenTheLastLineOfAKilledProcessIsCutOff() throws IOException {
        check(log -> log.delivered(C, 0, 9), log -> log.delivered(A, 0, 9));
    }

    @Test
    void aMessageThatOneSurvivorDidNotGetIsNoticed() {
        assertBroken("D5", log -> log.delivered(C, 0, 8), log -> log.delivered(A, 0, 9));
    }

    @Test
    void aMessageGivenTwiceIsNoticed() {
        assertBroken("D2", log -> log.delivered(C, 0, 9), log -> {
            log.delivered(A, 0, 9);
            log.delivered(A, 9, 9);
        });
    }

    @Test
    void aMessageGivenInAnotherViewIsNoticed() {
        assertBroken("D4", log -> log.delivered(C, 0, 8), log -> {
            log.delivered(C, 9, 9);
            log.delivered(A, 0, 9);
        });
    }

    @Test
    void aGapIsNoticed() {
        assertBroken("O1", log -> {
            log.delivered(C, 0, 3);
            log.delivered(C, 5, 9);
        }, log -> log.delivered(A, 0, 9));
    }

    @Test
    void anInventedMessageIsNoticed() {
        assertBroken("D1", log -> log.delivered(C, 0, 9), log -> log.delivered(A, 0, 10));
    }

    @Test
    void aMessageOfAnotherRoundIsNoticed() {
        assertBroken("D1", log -> log.delivered(C, 0, 9), log -> {
            log.odd("in round 2 from a1: round 1");
            log.delivered(A, 0, 9);
        });
    }

    @Test
    void whatNeverCameIsNoticed() {
        assertBroken("L1", log -> log.delivered(C, 0, 9), log -> log.delivered(A, 0, 8));
    }
}
