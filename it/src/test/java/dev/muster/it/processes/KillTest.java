package dev.muster.it.processes;

import dev.muster.it.ToldView;
import dev.muster.testkit.history.Promises;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Three processes send small messages at full rate, one is killed. The survivors agree on a view, have delivered the same up
 * to it, and go on. How long the new view took is told; that it comes at all is what is tested, since build machines are
 * shared.
 */
class KillTest {

    private static final int TYPICAL_BYTES = 100;
    private static final int MOST_AHEAD = 100_000;

    @ParameterizedTest(name = "killing the member of rank {0}")
    @ValueSource(ints = {0, 1, 2})
    void survivorsAgreeHaveDeliveredTheSameAndGoOn(int rank) throws IOException {
        try (ProcessGroup group = new ProcessGroup(3, TYPICAL_BYTES, Path.of("target", "kill-" + rank))) {
            group.beginRound();
            group.awaitMessages(group.running(), new Random().nextInt(MOST_AHEAD));
            MemberProcess victim = group.running().get(rank);
            long killed = ToldView.now();
            group.kill(victim);
            long view = group.awaitView(group.running());
            System.out.println("killed " + victim.name() + ": the new view was at the last survivor after "
                    + (view - killed) / 1_000 + " ms");
            group.awaitTalk(group.running());
            group.endRound();
            Promises.check(group.history("killing rank " + rank).history());
        }
    }
}
