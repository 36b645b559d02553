package dev.muster.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ScenarioTest {

    private static Scenario drawn(long seed) {
        return new Scenario("", seed, 5, "tcp", Duration.ofSeconds(4), Duration.ofSeconds(60), Duration.ofMillis(4_500),
                Workload.LIGHT.withStates(), FaultSchedule.swarm(seed, 5, Duration.ofSeconds(6), Duration.ofSeconds(30)));
    }

    @Test
    void readsWhatItWrites() {
        for (long seed = 0; seed < 200; seed++) {
            assertThat(Scenario.parse(drawn(seed).text())).isEqualTo(drawn(seed));
        }
    }

    @Test
    void swarmsContainEveryFaultThereIs() {
        Set<String> seen = LongStream.range(0, 200).boxed()
                .flatMap(seed -> drawn(seed).schedule().faults().stream())
                .map(fault -> fault.getClass().getSimpleName()).collect(Collectors.toSet());
        Set<String> all = List.of(FaultSchedule.Fault.class.getPermittedSubclasses()).stream().map(Class::getSimpleName)
                .collect(Collectors.toSet());

        assertThat(seen).isEqualTo(all);
    }

    @Test
    void losesTheFaultsOfMembersThatItLoses() {
        Scenario scenario = drawn(1).withFaults(List.of(new FaultSchedule.Crash(Duration.ofSeconds(7), 4),
                new FaultSchedule.Cut(Duration.ofSeconds(8), 0, 4), new FaultSchedule.Cut(Duration.ofSeconds(8), 0, 1),
                new FaultSchedule.Partition(Duration.ofSeconds(9), List.of(List.of(0, 4), List.of(1, 2, 3)))));

        assertThat(scenario.withMembers(4).schedule().faults()).containsExactly(
                new FaultSchedule.Cut(Duration.ofSeconds(8), 0, 1),
                new FaultSchedule.Partition(Duration.ofSeconds(9), List.of(List.of(0), List.of(1, 2, 3))));
    }

    @Test
    void saysWhichLineItCannotRead() {
        assertThatThrownBy(() -> Scenario.parse("# a comment\nfault Crush at=1s node=2\n"))
                .hasMessageContaining("line 2").hasMessageContaining("no fault is called Crush").hasMessageContaining("Crash");
        assertThatThrownBy(() -> Scenario.parse("fault Crash at=1s nodes=2")).hasMessageContaining("needs node=");
        assertThatThrownBy(() -> Scenario.parse("fault Crash at=1 node=2")).hasMessageContaining("no time such as");
        assertThatThrownBy(() -> Scenario.parse("seed 4")).hasMessageContaining("without \"promise\"");
    }
}
