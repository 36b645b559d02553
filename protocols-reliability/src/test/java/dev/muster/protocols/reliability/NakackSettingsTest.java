package dev.muster.protocols.reliability;

import static dev.muster.testkit.ProtocolHarness.member;
import static dev.muster.testkit.ProtocolHarness.viewInstalled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.Settings;
import dev.muster.api.ViewId;
import dev.muster.spi.Digest;
import dev.muster.spi.Event;
import dev.muster.spi.Packet;
import dev.muster.testkit.ProtocolHarness;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each setting of NAKACK does what it says. */
class NakackSettingsTest {

    private static final Address ONE = member(1);
    private static final Address TWO = member(2);
    private static final Address THREE = member(3);
    private static final Event.ViewInstalled VIEW = viewInstalled(5, ONE, TWO, THREE);
    private static final ViewId ID = VIEW.view().id();

    private static ProtocolHarness started(Address self, Settings settings) {
        return ProtocolHarness.of(new Nakack.Provider(), settings).self(self).start().event(VIEW);
    }

    private static void send(ProtocolHarness harness, int count, int bytes) {
        for (long number = 1; number <= count; number++) {
            harness.down(TestCluster.numbered(Packet.toGroup(), number, bytes));
        }
    }

    /** What a member answers that is asked for some packets of a sender. */
    private static List<Packet> answers(ProtocolHarness harness, Address sender, long from, long to) {
        harness.clear().up(Packet.to(harness.self()).from(THREE, 1)
                .with(NakackHeader.request(ID, sender, Ranges.of(from, to))));
        return List.copyOf(harness.passedDown());
    }

    /** The numbers of the packets that arrive at a newcomer to whom some answers are brought. */
    private static List<Long> brought(ProtocolHarness giver, List<Packet> answers) {
        ProtocolHarness asker = started(THREE, new Settings());
        answers.forEach(answer -> asker.up(giver.overTheWire(answer)));
        asker.event(new Event.Flush());
        assertThat(asker.passedUp()).allMatch(packet -> packet.source().equals(giver.self()) && packet.isToGroup());
        return asker.passedUp().stream().map(TestCluster::number).toList();
    }

    private static List<Long> numbers(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    private static void stable(ProtocolHarness harness, Address sender, long upTo) {
        harness.event(new Event.Stable(new Digest(ID, Map.of(sender, upTo), Map.of())));
    }

    @Test
    void whatIsMissingIsAskedForAfterEachWaitOfRetransmitTimeoutAndAfterTheLastAgainAndAgain() {
        ProtocolHarness harness = started(ONE, new Settings().set(Nakack.RETRANSMIT_TIMEOUT,
                List.of(Duration.ofMillis(10), Duration.ofMillis(40), Duration.ofMillis(100))));
        harness.up(TestCluster.numbered(Packet.toGroup(), 2, 8).from(TWO, 1).with(NakackHeader.data(ID, 2)));
        List<Integer> asked = new ArrayList<>();
        for (int millisecond = 1; millisecond <= 400; millisecond++) {
            harness.clear().advance(Duration.ofMillis(1));
            if (!harness.passedDown().isEmpty()) {
                asked.add(millisecond);
            }
        }
        assertThat(asked).containsExactly(10, 50, 150, 250, 350);
    }

    @Test
    void withoutUseMcastXmitOnlyWhoAskedGetsTheAnswer() {
        ProtocolHarness harness = started(ONE, new Settings().set(Nakack.USE_MCAST_XMIT, false));
        send(harness, 3, 100);
        assertThat(answers(harness, ONE, 1, 2)).singleElement().extracting(Packet::destination).isEqualTo(THREE);
        assertThat(answers(harness, ONE, 3, 3)).singleElement().extracting(Packet::destination).isEqualTo(THREE);
    }

    @Test
    void withUseMcastXmitEverybodyGetsTheAnswerAndWhoLacksTheSameNeedNotAsk() {
        ProtocolHarness harness = started(ONE, new Settings().set(Nakack.USE_MCAST_XMIT, true));
        ProtocolHarness bystander = started(TWO, new Settings());
        send(harness, 3, 100);
        bystander.up(harness.overTheWire(harness.passedDown().get(2)));
        for (Packet answer : answers(harness, ONE, 1, 2)) {
            assertThat(answer.isToGroup()).isTrue();
            bystander.up(harness.overTheWire(answer));
        }
        assertThat(answers(harness, ONE, 3, 3)).singleElement().satisfies(single -> assertThat(single.isToGroup()).isTrue());
        assertThat(bystander.passedUp()).extracting(TestCluster::number).containsExactly(1L, 2L, 3L);
        bystander.clear().advance(Duration.ofMinutes(1));
        assertThat(bystander.passedDown()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 2_500, 10_000, 60_000})
    void smallPacketsShareAnswersOfAtMostMaxXmitSize(int most) {
        ProtocolHarness harness = started(ONE, new Settings().set(Nakack.MAX_XMIT_SIZE, (long) most));
        send(harness, 200, 200);
        int count = Math.min(200, 16 * most / 200);
        List<Packet> answers = answers(harness, ONE, 1, 200);
        assertThat(answers).allSatisfy(answer -> assertThat(answer.length()).isLessThanOrEqualTo(most));
        assertThat(answers.stream().mapToLong(Packet::length).sum()).isGreaterThan(count * 200L);
        assertThat(answers).as("as few as there can be, up to what is left over at each end")
                .hasSizeLessThanOrEqualTo(count * 300 / (most - 300) + 1);
        assertThat(brought(harness, answers)).isEqualTo(numbers(1, count));
        assertThat(harness.counter("answers_sent")).isEqualTo(answers.size());
        assertThat(harness.counter("retransmissions_sent")).isEqualTo(count);
    }

    @Test
    void packetsOfMoreThanHalfOfMaxXmitSizeGoAloneAndAsTheyWere() {
        ProtocolHarness harness = started(ONE, new Settings().set(Nakack.MAX_XMIT_SIZE, 2_000L));
        send(harness, 3, 1_500);
        List<Packet> answers = answers(harness, ONE, 1, 3);
        assertThat(answers).hasSize(3).extracting(answer -> answer.header(NakackHeader.class).kind())
                .containsOnly(NakackHeader.RETRANSMISSION);
        assertThat(brought(harness, answers)).containsExactly(1L, 2L, 3L);
    }

    @Test
    void noPacketIsLargerThanMaxXmitSize() {
        assertThat(started(ONE, new Settings().set(Nakack.MAX_XMIT_SIZE, 2_000L)).limits().packetBytes()).isEqualTo(2_000);
    }

    @Test
    void gcLagPacketsOfEachSenderAreGivenAlthoughTheyAreStable() {
        ProtocolHarness harness = started(ONE, new Settings().set(Nakack.GC_LAG, 3));
        send(harness, 10, 100);
        for (long sequence = 1; sequence <= 10; sequence++) {
            harness.up(TestCluster.numbered(Packet.toGroup(), sequence, 8).from(TWO, 1).with(NakackHeader.data(ID, sequence)));
        }
        stable(harness, ONE, 10);
        stable(harness, TWO, 10);
        assertThat(answers(harness, ONE, 1, 7)).isEmpty();
        assertThat(answers(harness, TWO, 1, 7)).isEmpty();
        for (long kept = 8; kept <= 10; kept++) {
            assertThat(answers(harness, ONE, kept, kept)).hasSize(1);
            assertThat(answers(harness, TWO, kept, kept)).hasSize(1);
        }
    }

    @Test
    void withDiscardDeliveredMsgsAPacketIsFreedWhenItIsStableAndNotBefore() {
        ProtocolHarness harness = started(ONE, new Settings().set(Nakack.DISCARD_DELIVERED_MSGS, true));
        send(harness, 10, 100);
        assertThat(harness.passedUp()).as("delivered").hasSize(10);
        assertThat(answers(harness, ONE, 1, 1)).hasSize(1);
        stable(harness, ONE, 9);
        assertThat(answers(harness, ONE, 1, 9)).isEmpty();
        assertThat(answers(harness, ONE, 10, 10)).hasSize(1);
        assertThat(harness.counter("kept_bytes")).isEqualTo(100);
    }

    @Test
    void withoutDiscardDeliveredMsgsTheReserveIsKept() {
        ProtocolHarness harness = started(ONE, new Settings().set(Nakack.DISCARD_DELIVERED_MSGS, false));
        send(harness, 10, 100);
        stable(harness, ONE, 10);
        assertThat(answers(harness, ONE, 1, 1)).hasSize(1);
        assertThat(harness.counter("kept_bytes")).isEqualTo(1_000);
    }

    @Test
    void discardDeliveredMsgsSaysOnceWhatItDoes() {
        PrintStream before = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            ProtocolHarness harness = started(ONE, new Settings().set(Nakack.DISCARD_DELIVERED_MSGS, true));
            send(harness, 3, 100);
            stable(harness, ONE, 3);
            started(ONE, new Settings());
        } finally {
            System.setErr(before);
        }
        assertThat(log.toString(StandardCharsets.UTF_8)).containsOnlyOnce("INFO")
                .containsOnlyOnce("discard_delivered_msgs=true frees a packet once all members have delivered it");
    }

    @Test
    void anAnswerThatHoldsAnythingButGroupPacketsOfTheViewIsDroppedFromThereOn() {
        ProtocolHarness giver = started(TWO, new Settings());
        send(giver, 2, 100);
        Packet answer = giver.overTheWire(answers(giver, TWO, 1, 2).get(0));
        for (int cut = 1; cut < answer.length(); cut++) {
            ProtocolHarness asker = started(THREE, new Settings());
            asker.up(answer.withPayload(answer.buffer(), answer.offset(), answer.length() - cut));
            assertThat(asker.passedUp()).hasSizeLessThan(2);
            assertThat(asker.counter("dropped_answers") + asker.passedUp().size()).isBetween(1L, 2L);
        }
        ProtocolHarness elsewhere = ProtocolHarness.of(new Nakack.Provider()).self(THREE).start()
                .event(viewInstalled(4, ONE, TWO, THREE));
        elsewhere.up(answer);
        elsewhere.event(VIEW);
        assertThat(elsewhere.passedUp()).isEmpty();
        assertThat(elsewhere.counter("dropped_answers")).isEqualTo(1);
        assertThat(elsewhere.counter("kept_bytes")).isZero();
    }
}
