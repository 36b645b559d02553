package dev.muster.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.View;
import dev.muster.testkit.history.History;
import dev.muster.testkit.history.Promises;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Five processes under load meet every kind of fault, in random order. After each round the logs of all who took part are
 * judged by the checks that judge simulations, nobody who was spared may ever have been left out of a view, and all who live
 * are in one. How long things took is told, never asserted.
 *
 * <p>{@code -Dmuster.rounds=30} asks for more rounds than one of each kind, {@code -Dmuster.rounds.seed=N} for the order, victims
 * and durations of an earlier run.
 */
class RoundsTest {

    private static final int MEMBERS = 5;
    private static final int TYPICAL_BYTES = 4_000;
    private static final int MESSAGES_AHEAD = 5_000;

    private final long seed = Long.getLong("muster.rounds.seed", System.nanoTime() & 0xFFFFFF);
    private final int rounds = Integer.getInteger("muster.rounds", ProcessFault.values().length);
    private final Random random = new Random(seed);
    private final Figures figures = new Figures();

    @Test
    @Timeout(3_600)
    void whateverHappensToProcessesSurvivorsKeepEveryPromiseAndNobodyWhoWasSparedIsRemoved() throws IOException {
        System.out.println("rounds of seed " + seed + ": " + rounds);
        try (ProcessGroup group = new ProcessGroup(MEMBERS, TYPICAL_BYTES, Path.of("target", "rounds-" + seed))) {
            for (ProcessFault fault : order()) {
                round(group, fault);
            }
        } finally {
            System.out.println("rounds of seed " + seed + ":\n" + figures);
        }
    }

    /** Every kind once before any comes again. */
    private List<ProcessFault> order() {
        List<ProcessFault> order = new ArrayList<>();
        while (order.size() < rounds) {
            List<ProcessFault> all = new ArrayList<>(Arrays.asList(ProcessFault.values()));
            Collections.shuffle(all, random);
            order.addAll(all);
        }
        return order.subList(0, rounds);
    }

    private void round(ProcessGroup group, ProcessFault fault) throws IOException {
        long began = System.nanoTime();
        group.beginRound();
        List<MemberProcess> all = group.running();
        group.awaitMessages(all, random.nextInt(MESSAGES_AHEAD));
        List<MemberProcess> struck = fault.strike(new Strike(group, random, figures));
        group.endRound();
        RecordedHistory recorded = group.history(fault + ", -Dmuster.rounds.seed=" + seed);
        Promises.check(recorded.history());
        checkSpared(recorded, all.stream().filter(member -> !struck.contains(member)).toList());
        System.out.println(fault + " " + struck.stream().map(MemberProcess::name).toList() + ": "
                + Duration.ofNanos(System.nanoTime() - began).toMillis() + " ms, " + count(recorded.history()));
    }

    private static void checkSpared(RecordedHistory recorded, List<MemberProcess> spared) {
        for (MemberProcess member : spared) {
            for (View view : recorded.of(member.name()).views()) {
                assertThat(view.members()).as("a view of %s; all of %s were spared", member, spared)
                        .containsAll(spared.stream().map(other -> recorded.of(other.name()).address()).toList());
            }
        }
    }

    private static String count(History history) {
        return history.lives().stream().mapToInt(life -> life.views().size() - 1).sum() + " installations, "
                + history.lives().stream().mapToLong(life -> life.groupMessages().length).sum() + " deliveries";
    }
}
