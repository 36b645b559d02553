package dev.muster.it.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.it.Patience;
import dev.muster.it.ToldProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/**
 * The state is larger than the heap of those who give and take it, and members send at full rate meanwhile: that nobody runs
 * out of memory shows that it streams. Each member checks that it is given every message exactly once, the newcomer beginning
 * with the counts of its state.
 *
 * <p>{@code -Dmuster.state.bytes=1000000000} makes it larger, {@code -Dmuster.state.heap=128m} the heaps, and
 * {@code -Dmuster.state.rate=5000} lets each member send that many messages a second.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class LargeStateTest {

    private static final String HEAP = System.getProperty("muster.state.heap", "64m");
    private static final long STATE_BYTES = Long.getLong("muster.state.bytes", 128_000_000);
    private static final long RATE = Long.getLong("muster.state.rate", 0);
    private static final int MANY = 10_000;

    private StateGroup group;

    @BeforeEach
    void prepare(TestInfo test) throws IOException {
        group = new StateGroup(Path.of("target", "state", test.getTestMethod().orElseThrow().getName()), HEAP, STATE_BYTES);
    }

    @AfterEach
    void close() {
        group.close();
    }

    private List<ToldProcess> threeThatSend() throws IOException {
        List<ToldProcess> others = group.found(3);
        others.forEach(member -> member.order("send " + RATE));
        group.awaitMessages(MANY);
        return others;
    }

    @Test
    void aNewcomerTakesAStateLargerThanItsHeapWhileTheOthersSendAtFullRate() throws IOException {
        List<ToldProcess> others = threeThatSend();
        ToldProcess newcomer = group.start();
        others.forEach(member -> member.order("mark"));
        long before = others.get(1).number("delivered");
        newcomer.order("join");
        group.awaitJoined(newcomer);
        long joined = System.nanoTime();
        long meanwhile = others.get(1).number("delivered") - before;
        long waiting = newcomer.number("waiting");

        group.awaitMessages(MANY);
        assertThat(newcomer.number("sinks")).isEqualTo(1);
        System.out.printf("%d MB of state in %d ms with heaps of %s; live after collections: provider %d KB, newcomer %d KB;"
                        + " the others delivered %d messages meanwhile and paused %d ms at most; %d packets waited%n",
                STATE_BYTES / 1_000_000, newcomer.number("joined"), HEAP, others.get(0).number("live"), newcomer.number("live"),
                meanwhile, others.stream().mapToLong(member -> member.number("gap")).max().orElseThrow(), waiting);
        if (RATE > 0) {
            Patience.await(() -> "nothing more to wait at " + newcomer, () -> newcomer.number("waiting") < 10);
            System.out.printf("it had caught up %d ms later%n", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - joined));
        }
    }

    @Test
    void anotherMemberGoesOnAtTheSameByteWhenTheProviderIsKilled() throws IOException {
        ToldProcess provider = threeThatSend().get(0);
        ToldProcess newcomer = group.join();
        group.awaitTaken(newcomer, STATE_BYTES / 3);
        group.kill(provider);

        group.awaitJoined(newcomer);
        group.awaitView(3);
        group.awaitMessages(MANY);
        assertThat(newcomer.number("resumed")).isEqualTo(1);
        assertThat(newcomer.number("sinks")).isEqualTo(1);
    }

    @Test
    void theStateBeginsAnewWhenTheProviderIsKilledAndBytesMayDiffer() throws IOException {
        List<ToldProcess> others = threeThatSend();
        others.forEach(member -> member.order("differ"));
        ToldProcess newcomer = group.join();
        group.awaitTaken(newcomer, STATE_BYTES / 3);
        group.kill(others.get(0));

        group.awaitJoined(newcomer);
        group.awaitView(3);
        group.awaitMessages(MANY);
        assertThat(newcomer.number("sinks")).isEqualTo(2);
        assertThat(newcomer.number("resumed") + newcomer.number("anew")).isEqualTo(2);
    }

    @Test
    void theLastOneGivesTheStateWhenTwoProvidersAreKilled() throws IOException {
        List<ToldProcess> others = threeThatSend();
        ToldProcess newcomer = group.join();
        group.awaitTaken(newcomer, STATE_BYTES / 4);
        group.kill(others.get(0));
        Patience.await(() -> "another to go on at " + newcomer, () -> newcomer.number("resumed") == 1);
        group.awaitTaken(newcomer, STATE_BYTES / 2);
        group.kill(others.get(1));

        group.awaitJoined(newcomer);
        group.awaitView(2);
        group.awaitMessages(MANY);
        assertThat(newcomer.number("anew")).isEqualTo(1);
        assertThat(newcomer.number("sinks")).isEqualTo(2);
    }

    @Test
    void aNewcomerWhoseApplicationBlocksHoldsNobodyUp() throws IOException {
        List<ToldProcess> others = threeThatSend();
        ToldProcess newcomer = group.start();
        newcomer.order("block");
        newcomer.order("join");
        Patience.await(() -> "a state begun at " + newcomer, () -> newcomer.number("sinks") == 1);
        long before = others.get(0).number("delivered");
        // ten times what credits allow to be on the way
        long enough = before + 60_000;
        Patience.await(() -> "messages at " + others, () -> others.stream().allMatch(member -> member.number("delivered") > enough));
        assertThat(newcomer.number("delivered")).isZero();

        newcomer.order("unblock");
        group.awaitJoined(newcomer);
        group.awaitMessages(MANY);
    }

    @Test
    void aProviderThatFailsIsReplacedAndIfAllFailTheNewcomerIsTold() throws IOException {
        List<ToldProcess> others = group.found(3);
        others.get(0).order("fail " + STATE_BYTES / 3);
        ToldProcess newcomer = group.join();
        group.awaitJoined(newcomer);
        assertThat(newcomer.number("resumed")).isEqualTo(1);

        group.members().forEach(member -> member.order("fail " + STATE_BYTES / 3));
        ToldProcess unlucky = group.join();
        Patience.await(() -> "a refusal at " + unlucky, () -> unlucky.number("refused") == 1);
        group.awaitView(5);
    }
}
