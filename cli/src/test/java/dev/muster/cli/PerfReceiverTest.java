package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PerfReceiverTest {

    private static final Address FIRST = Address.of(0, 1, "m1");
    private static final Address SECOND = Address.of(0, 2, "m2");

    private final List<PerfReceiver.Tally> tallies = new ArrayList<>();
    private final PerfReceiver receiver = new PerfReceiver(tallies::add, view -> { });

    private void receive(Address source, long... numbers) {
        for (long number : numbers) {
            byte[] payload = new byte[8];
            PerfReceiver.write(payload, number);
            receiver.receive(new Message(source, null, payload, 0));
        }
    }

    @Test
    void everythingInOrderIsNeitherLostNorOutOfOrder() {
        receiver.prepare(1, Duration.ofSeconds(7));

        receive(FIRST, 1, 2, 3, -3);

        assertThat(tallies).hasSize(1);
        assertThat(tallies.get(0)).extracting(PerfReceiver.Tally::delivered, PerfReceiver.Tally::lost,
                PerfReceiver.Tally::outOfOrder, PerfReceiver.Tally::cpuBefore).containsExactly(3L, 0L, 0L, Duration.ofSeconds(7));
    }

    @Test
    void aGapIsALossAndADisorder() {
        receiver.prepare(1, Duration.ZERO);

        receive(FIRST, 1, 3, -3);

        assertThat(tallies.get(0).lost()).isEqualTo(1);
        assertThat(tallies.get(0).outOfOrder()).isEqualTo(1);
    }

    @Test
    void itIsDoneWhenAllSendersAre() {
        receiver.prepare(2, Duration.ZERO);

        receive(FIRST, 1, -1);
        assertThat(tallies).isEmpty();
        receive(SECOND, 1, 2, -2);

        assertThat(tallies).extracting(PerfReceiver.Tally::delivered).containsExactly(3L);
    }

    @Test
    void theNextRunStartsAtNothing() {
        receiver.prepare(1, Duration.ZERO);
        receive(FIRST, 1, 2, -2);
        receiver.prepare(1, Duration.ZERO);
        receive(FIRST, 1, -1);

        assertThat(tallies).extracting(PerfReceiver.Tally::delivered, PerfReceiver.Tally::outOfOrder)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(2L, 0L), org.assertj.core.groups.Tuple.tuple(1L, 0L));
    }
}
