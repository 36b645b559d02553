package dev.muster.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class RefusalsTest {

    private static final InetSocketAddress SOMEWHERE = new InetSocketAddress("127.0.0.1", 1);

    @Test
    void everythingIsCountedAndALineIsWrittenAtMostOnceASecond() {
        Counting counting = new Counting();
        TestEnvironment environment = new TestEnvironment(1);
        Refusals refusals = new Refusals(environment, "owner", counting.context()::counter);
        int lines = 0;
        for (int milli = 0; milli < 3_500; milli++) {
            lines += refusals.drop(Refusals.Reason.UNAUTHENTICATED, SOMEWHERE) ? 1 : 0;
            lines += refusals.drop(Refusals.Reason.UNKNOWN_KEY, SOMEWHERE) ? 1 : 0;
            environment.advance(1_000_000);
        }

        assertThat(lines).isEqualTo(4);
        assertThat(counting.dropped(Refusals.Reason.UNAUTHENTICATED)).isEqualTo(3_500);
        assertThat(counting.dropped(Refusals.Reason.UNKNOWN_KEY)).isEqualTo(3_500);
    }

    @Test
    void repetitionsAreWhatNetworksDoAndOnlyCounted() {
        Counting counting = new Counting();
        Refusals refusals = new Refusals(new TestEnvironment(1), "owner", counting.context()::counter);

        assertThat(refusals.drop(Refusals.Reason.REPLAYED, SOMEWHERE)).isFalse();
        assertThat(counting.dropped(Refusals.Reason.REPLAYED)).isEqualTo(1);
    }
}
