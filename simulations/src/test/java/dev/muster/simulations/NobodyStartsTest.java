package dev.muster.simulations;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.ProtocolType;
import dev.muster.api.StackBuilder;
import dev.muster.protocols.membership.GroupMembership;
import dev.muster.spi.TransportSettings;
import dev.muster.testkit.simulation.MemberStack;
import dev.muster.testkit.simulation.SimulatedCluster;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A run in which nobody ever was in a view keeps every promise, and proves nothing. */
class NobodyStartsTest {

    private static SimulatedCluster cluster(MemberStack stack) {
        return new SimulatedCluster(Stacks.ASSEMBLER, stack, 3, 1)
                .times(Duration.ofSeconds(1), Duration.ofSeconds(20), Duration.ofSeconds(2));
    }

    @Test
    void aRunInWhichNobodyCanStartFailsAndTellsWhy() {
        MemberStack elsewhere = (own, contacts) -> StackBuilder.of(Stacks.TCP.of(own, contacts))
                .configure(ProtocolType.of("TCP"), s -> s.set(TransportSettings.BIND_ADDR, "10.0.0.1")).definition();
        assertThatThrownBy(() -> cluster(elsewhere).run()).isInstanceOf(AssertionError.class)
                .hasMessageContaining("nobody was ever in a view").hasMessageContaining("10.0.0.1");
    }

    @Test
    void aRunInWhichNobodyMayFoundTheGroupFails() {
        MemberStack humble = (own, contacts) -> StackBuilder.of(Stacks.TCP.of(own, contacts))
                .configure(ProtocolType.of("pbcast.GMS"), settings -> settings.set(GroupMembership.DISABLE_INITIAL_COORD, true))
                .definition();
        assertThatThrownBy(() -> cluster(humble).simulate().check()).isInstanceOf(AssertionError.class)
                .hasMessageContaining("nobody was ever in a view");
    }
}
