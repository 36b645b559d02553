package dev.muster.protocols.membership;

import static dev.muster.testkit.ProtocolHarness.member;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.Settings;
import dev.muster.api.Wait;
import dev.muster.spi.Event;
import dev.muster.spi.Packet;
import dev.muster.testkit.ProtocolHarness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which view is the primary one, and what members do in the others. Members are numbered from 1. */
class PrimaryPartitionTest {

    private final Map<Integer, ProtocolHarness> members = new LinkedHashMap<>();
    private Settings settings = new Settings();

    private ProtocolHarness of(int number) {
        return members.computeIfAbsent(number,
                unused -> ProtocolHarness.of(new PrimaryPartition.Provider(), settings).self(member(number)).start());
    }

    /** Those numbered install a view of exactly them. */
    private void install(long counter, int... numbers) {
        for (int number : numbers) {
            of(number).clear().event(view(counter, numbers));
        }
    }

    private static Event.ViewInstalled view(long counter, int... numbers) {
        return ProtocolHarness.viewInstalled(counter,
                Arrays.stream(numbers).mapToObj(ProtocolHarness::member).toArray(Address[]::new));
    }

    /** What each has said so far reaches all of them. */
    private void exchange(int... numbers) {
        Map<Integer, List<Packet>> said = new LinkedHashMap<>();
        for (int number : numbers) {
            said.put(number, of(number).passedDown().stream().filter(packet -> !packet.has(Packet.DATA))
                    .map(of(number)::overTheWire).toList());
            of(number).passedDown().removeIf(packet -> !packet.has(Packet.DATA));
        }
        said.values().forEach(packets -> packets.forEach(packet -> {
            for (int number : numbers) {
                of(number).up(packet);
            }
        }));
    }

    private void installAndAgree(long counter, int... numbers) {
        install(counter, numbers);
        exchange(numbers);
        exchange(numbers);
    }

    private List<Boolean> verdicts(int number) {
        return of(number).emittedUp(Event.Primary.class).stream().map(Event.Primary::primary).toList();
    }

    private void assertPrimary(boolean primary, int... numbers) {
        for (int number : numbers) {
            assertThat(verdicts(number)).as("verdict of %d", number).containsExactly(primary);
        }
    }

    @Test
    void aMajorityOfTheLastPrimaryViewIsPrimaryAndTheRestIsNot() {
        installAndAgree(1, 1, 2, 3, 4, 5);
        assertPrimary(true, 1, 2, 3, 4, 5);

        installAndAgree(2, 1, 2, 3);
        installAndAgree(3, 4, 5);

        assertPrimary(true, 1, 2, 3);
        assertPrimary(false, 4, 5);
        assertThat(of(4).emittedUp(Event.Primary.class).get(0).reason())
                .contains("2 of 5 votes of view", "more than half are needed", "wait until");
    }

    @Test
    void whoHoldsBackMessagesUntilTheViewIsKnownToBePrimarySaysSo() {
        install(1, 1, 2);
        of(1).down(Packet.toGroup().withFlags(Packet.DATA));
        of(1).advance(Duration.ofMillis(40));
        assertThat(of(1).layer(PrimaryPartition.class).waits()).containsExactly(new Wait(Wait.Reason.VIEW,
                "it is not known that this view is primary, packets until then: 1", List.of(), Duration.ofMillis(40)));
        exchange(1, 2);
        exchange(1, 2);
        assertThat(of(1).layer(PrimaryPartition.class).waits()).isEmpty();
    }

    @Test
    void twoMinoritiesThatMergeStayOneIfTheMajorityHasGoneOn() {
        installAndAgree(1, 1, 2, 3, 4, 5);
        installAndAgree(2, 1, 2, 3);
        installAndAgree(3, 1, 2);
        installAndAgree(4, 3, 4, 5);
        assertPrimary(false, 3, 4, 5);

        installAndAgree(5, 2, 3, 4, 5);
        assertPrimary(false, 2, 3, 4, 5);

        installAndAgree(6, 1, 2, 3, 4, 5);
        assertPrimary(true, 1, 2, 3, 4, 5);
    }

    @Test
    void aViewThatSomebodyMayHaveFoundToBePrimaryCountsLikeOne() {
        installAndAgree(1, 1, 2, 3, 4, 5);
        install(2, 1, 2, 3);
        exchange(1, 2, 3);
        // all three have agreed, and parted before 2 and 3 learnt it; perhaps 1 has

        installAndAgree(3, 3, 4, 5);

        assertPrimary(false, 3, 4, 5);
        installAndAgree(4, 2, 3);
        assertPrimary(false, 2, 3);
        installAndAgree(5, 2, 3, 4);
        assertPrimary(true, 2, 3, 4);
    }

    @Test
    void aViewToWhichSomebodyPresentNeverAgreedHoldsNobodyUp() {
        installAndAgree(1, 1, 2, 3, 4, 5);
        install(2, 1, 2, 3);
        of(1).passedDown().clear();
        exchange(2, 3);
        // 1 was not heard: nobody has agreed

        installAndAgree(3, 3, 4, 5);

        assertPrimary(true, 3, 4, 5);
    }

    @Test
    void newcomersKnowNothingAndChangeNothing() {
        installAndAgree(1, 1, 2, 3);
        installAndAgree(2, 1, 4, 5, 6);
        assertPrimary(false, 1, 4, 5, 6);

        installAndAgree(3, 1, 2, 4, 5, 6);
        assertPrimary(true, 1, 2, 4, 5, 6);

        installAndAgree(4, 4, 5, 6);
        assertPrimary(true, 4, 5, 6);
    }

    @Test
    void theFirstPrimaryViewNeedsItsQuorum() {
        settings = new Settings().set(PrimaryPartition.FIRST_QUORUM, 3);
        installAndAgree(1, 1, 2);
        assertPrimary(false, 1, 2);

        installAndAgree(2, 1, 2, 3);
        assertPrimary(true, 1, 2, 3);
    }

    @Test
    void aFixedQuorumAsksForNothingElse() {
        settings = new Settings().set(PrimaryPartition.QUORUM, 3);
        installAndAgree(1, 1, 2, 3, 4, 5);
        installAndAgree(2, 1, 2);
        assertPrimary(false, 1, 2);
        installAndAgree(3, 3, 4, 5);
        assertPrimary(true, 3, 4, 5);
    }

    @Test
    void votesCountByWeight() {
        of(2);
        settings = new Settings().set(PrimaryPartition.WEIGHT, 2);
        of(1);
        installAndAgree(1, 1, 2);

        installAndAgree(2, 2);
        installAndAgree(3, 1);

        assertPrimary(false, 2);
        assertPrimary(true, 1);
    }

    @Test
    void applicationDataWaitUntilTheViewIsKnownToBePrimary() {
        installAndAgree(1, 1, 2, 3);
        install(2, 1, 2);
        Packet data = Packet.toGroup().withFlags(Packet.DATA);
        of(1).down(data).down(data);
        of(1).down(Packet.to(member(3)).withFlags(Packet.DATA));
        assertThat(of(1).passedDown()).noneMatch(packet -> packet.has(Packet.DATA));
        assertThat(of(1).emittedUp()).containsExactly(new Event.SendingPaused(null));

        exchange(1, 2);
        exchange(1, 2);

        assertThat(of(1).passedDown()).hasSize(2).allMatch(packet -> packet.has(Packet.DATA) && packet.isToGroup());
        assertThat(of(1).emittedUp()).containsExactly(new Event.SendingPaused(null), new Event.Primary(true, ""),
                new Event.SendingResumed(null));
        assertThat(of(1).counter("dropped_receiver_left")).isEqualTo(1);
    }

    @Test
    void wordsOfAnotherViewMeanNothing() {
        install(1, 1, 2);
        List<Packet> old = new ArrayList<>();
        of(2).passedDown().forEach(packet -> old.add(of(2).overTheWire(packet)));
        install(2, 1, 2);

        old.forEach(of(1)::up);
        of(1).up(of(1).overTheWire(of(1).passedDown().get(0)));

        assertThat(verdicts(1)).isEmpty();
    }
}
