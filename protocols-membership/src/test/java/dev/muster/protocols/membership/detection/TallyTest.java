package dev.muster.protocols.membership.detection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.View;
import dev.muster.testkit.ProtocolHarness;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TallyTest {

    private static final View VIEW = ProtocolHarness.view(1,
            IntStream.rangeClosed(1, 10).mapToObj(ProtocolHarness::member).toArray(Address[]::new));
    private static final ObserverGraph GRAPH = new ObserverGraph(VIEW, 5);
    private static final Address MEMBER = VIEW.members().get(4);
    private static final List<Address> OBSERVERS = GRAPH.observersOf(MEMBER);

    private final Tally tally = new Tally(VIEW, GRAPH, 2, 3);

    private List<Address> condemned(Set<Address> gone) {
        return tally.condemned(new LinkedHashSet<>(gone), 0, 0);
    }

    private void accuses(int observer) {
        tally.says(OBSERVERS.get(observer), List.of(MEMBER), 0);
    }

    @Test
    void threeOfFiveObserversCondemn() {
        accuses(0);
        accuses(1);
        assertThat(condemned(Set.of())).isEmpty();
        accuses(2);
        assertThat(condemned(Set.of())).containsExactly(MEMBER);
        assertThat(tally.isCertain(MEMBER)).isTrue();
    }

    @Test
    void presumedVotesCondemnButAreNotCertain() {
        accuses(0);
        assertThat(condemned(Set.copyOf(OBSERVERS.subList(1, 3)))).containsExactly(MEMBER);
        assertThat(tally.isCertain(MEMBER)).isFalse();
    }

    @Test
    void whoDoesNotObserveHasNoVote() {
        List<Address> others = VIEW.members().stream()
                .filter(other -> !OBSERVERS.contains(other) && !other.equals(MEMBER)).toList();
        others.forEach(other -> tally.says(other, List.of(MEMBER), 0));
        assertThat(others).hasSizeGreaterThanOrEqualTo(3);
        assertThat(condemned(Set.of())).isEmpty();
    }

    @Test
    void anObserverThatSpeaksAndDoesNotAccuseVouches() {
        accuses(0);
        assertThat(tally.isVouchedFor(MEMBER, OBSERVERS.get(0))).isFalse();
        tally.says(OBSERVERS.get(1), List.of(), 0);
        assertThat(tally.isVouchedFor(MEMBER, OBSERVERS.get(0))).isTrue();
        accuses(1);
        assertThat(tally.isVouchedFor(MEMBER, OBSERVERS.get(0))).isFalse();
    }

    @Test
    void whatIsNotRepeatedIsForgotten() {
        accuses(0);
        accuses(1);
        tally.says(OBSERVERS.get(2), List.of(), 0);
        tally.forgetBefore(1);
        assertThat(tally.isCleared(MEMBER, Set.of())).isTrue();
        assertThat(tally.isVouchedFor(MEMBER, OBSERVERS.get(0))).isFalse();
    }
}
