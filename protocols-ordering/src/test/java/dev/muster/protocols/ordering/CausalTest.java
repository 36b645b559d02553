package dev.muster.protocols.ordering;

import static dev.muster.protocols.ordering.Members.data;
import static dev.muster.protocols.ordering.Members.delivered;
import static dev.muster.testkit.ProtocolHarness.member;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.Flag;
import dev.muster.api.Wait;
import dev.muster.spi.Event;
import dev.muster.spi.Packet;
import dev.muster.testkit.ProtocolHarness;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CausalTest {

    private final ProtocolHarness anna = Members.inView(new Causal.Provider(), 1);
    private final ProtocolHarness bert = Members.inView(new Causal.Provider(), 2);
    private final ProtocolHarness carl = Members.inView(new Causal.Provider(), 3);

    private static Packet only(List<Packet> packets) {
        assertThat(packets).hasSize(1);
        return packets.get(0);
    }

    private Packet say(ProtocolHarness who, String text) {
        who.down(data(1, text));
        return only(Members.sent(who));
    }

    @Test
    void anAnswerWaitsForItsQuestion() {
        Packet question = say(anna, "question");
        bert.up(question);
        Packet answer = say(bert, "answer");

        carl.up(answer);
        assertThat(delivered(carl)).isEmpty();
        carl.up(question);

        assertThat(delivered(carl)).containsExactly("question", "answer");
        assertThat(carl.passedUp()).allMatch(packet -> packet.has(Packet.ONE_LANE));
    }

    @Test
    void anAnswerThatWaitsForItsQuestionSaysForHowLong() {
        Packet question = say(anna, "question");
        bert.up(question);
        carl.up(say(bert, "answer")).advance(Duration.ofMillis(80));
        assertThat(carl.layer(Causal.class).waits()).containsExactly(new Wait(Wait.Reason.ORDER,
                "messages whose causes have not come: 1", List.of(), Duration.ofMillis(80)));
        assertThat(bert.advance(Duration.ofMillis(80)).layer(Causal.class).waits()).isEmpty();
        carl.up(question).advance(Duration.ofMillis(80));
        assertThat(carl.layer(Causal.class).waits()).isEmpty();
    }

    @Test
    void whatDependsOnNothingNewHasNoHeader() {
        assertThat(say(anna, "first").headerCount()).isZero();
        bert.up(data(1, "first"));
        assertThat(say(bert, "second").header(CausalHeader.class).entries())
                .containsExactly(new CausalHeader.Entry(0, 1));
        assertThat(say(bert, "third").headerCount()).isZero();
    }

    @Test
    void whatWasSaidInAnotherViewDoesNotHoldAPacketBack() {
        bert.up(data(1, "question"));
        Packet answer = say(bert, "answer");

        carl.event(Members.view(2));
        carl.up(answer);

        assertThat(delivered(carl)).containsExactly("answer");
    }

    @Test
    void whatWaitsInVainAtTheEndOfAViewIsDroppedAndItsCreditGivenBack() {
        bert.up(data(1, "lost with its sender"));
        carl.up(say(bert, "answer"));

        carl.event(ProtocolHarness.viewInstalled(2, member(3)));

        assertThat(delivered(carl)).isEmpty();
        assertThat(carl.emittedDown()).containsExactly(new Event.Consumed(member(2), true, 6));
        assertThat(carl.counter("dropped_cause_lost")).isEqualTo(1);
    }

    @Test
    void packetsOutOfBandAreNeitherCauseNorEffect() {
        bert.up(data(1, "oob").withFlags(Flag.OOB.bit()));
        assertThat(say(bert, "b1").headerCount()).isZero();

        carl.up(data(2, "late").with(new CausalHeader(1, List.of(new CausalHeader.Entry(0, 1)))));
        carl.up(data(2, "oob").withFlags(Flag.OOB.bit()));

        assertThat(delivered(carl)).containsExactly("oob");
    }

    @Test
    void moreCausesThanFitIntoOneHeaderGoAheadInPacketsOfTheirOwn() {
        Address[] members = IntStream.rangeClosed(1, 50).mapToObj(ProtocolHarness::member).toArray(Address[]::new);
        Event many = ProtocolHarness.viewInstalled(2, members);
        anna.event(many);
        carl.event(many);
        IntStream.rangeClosed(2, 50).forEach(sender -> anna.up(data(sender, "c" + sender)));
        anna.down(data(1, "effect"));
        List<Packet> sent = Members.sent(anna);
        assertThat(sent).hasSize(2);

        sent.forEach(carl::up);
        IntStream.rangeClosed(2, 49).forEach(sender -> carl.up(data(sender, "c" + sender)));
        assertThat(delivered(carl)).hasSize(48).doesNotContain("effect");
        carl.up(data(50, "c50"));

        assertThat(delivered(carl)).hasSize(50).endsWith("c50", "effect");
    }
}
