package dev.muster.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.Address;
import dev.muster.api.MergeView;
import dev.muster.api.View;
import dev.muster.api.ViewId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** For each promise a history that breaks it and nothing else, and one history that breaks none. */
class PromisesTest extends ScriptedHistory {

    private static final Address C = Address.of(0, 3, "c");


    private void assertBroken(String id, String... parts) {
        assertThatThrownBy(() -> Promises.check(history)).isInstanceOfSatisfying(PromiseBroken.class, broken -> {
            assertThat(broken.id()).isEqualTo(id);
            assertThat(broken).hasMessageContaining(id + " broken in seed 4711").hasMessageContaining("members: [life 0 (a");
            assertThat(broken.getMessage()).contains(parts);
        });
    }

    @Test
    void anOrderlyHistoryBreaksNoPromise() {
        install(view(1, A), a);
        install(view(2, A, B), a, b);
        deliver(toGroup(a), a, b);
        deliver(toGroup(b), b, a);
        int unicast = a.sending(now(), B);
        b.delivered(now(), MessageId.of(a.id(), unicast), false);
        install(view(3, A, B), a, b);
        deliver(toGroup(a), a, b);
        history.settled(now());

        assertThatCode(() -> Promises.check(history)).doesNotThrowAnyException();
    }

    @Test
    void noticesAMemberThatIsNotInItsView() {
        install(view(1, B), a);
        assertBroken("V1", "without being in it");
    }

    @Test
    void noticesAViewIdThatDoesNotGrow() {
        install(view(2, A), a);
        install(view(2, A), a);
        assertBroken("V2", "installed a|2 after a|2");
    }

    @Test
    void noticesTwoViewsWithOneId() {
        install(view(1, A, B), a);
        install(view(1, A, B, C), b);
        assertBroken("V2", "two views are called a|1");
    }

    @Test
    void noticesMembersThatGoOnToDifferentViewsWithEachOtherInThem() {
        install(view(1, A, B), a, b);
        install(view(2, A, B), a);
        install(view(3, B, A), b);
        assertBroken("V3", "from the same view to");
    }

    @Test
    void allowsMembersThatPartToGoOnToDifferentViews() {
        install(view(1, A, B), a, b);
        install(view(2, A), a);
        install(view(2, B), b);
        assertThatCode(() -> Promises.check(history)).doesNotThrowAnyException();
    }

    @Test
    void noticesMembersThatDoNotFindBackToOneView() {
        install(view(1, A), a);
        install(view(1, B), b);
        history.settled(now());
        assertBroken("V5", "expected were exactly");
    }

    @Test
    void noticesAMessageThatNobodySent() {
        install(view(1, A, B), a, b);
        deliver(MessageId.of(a.id(), 7), b);
        assertBroken("D1", "life 1 (b, 00000000) was given 0#7, which nobody sent", "delivered 0#7");
    }

    @Test
    void noticesAMessageThatWasChangedOnTheWay() {
        a.corruption("was given a payload of 3 bytes, changed at byte 1");
        assertBroken("D1", "changed at byte 1");
    }

    @Test
    void noticesAUnicastAtAnybodyElse() {
        install(view(1, A, B), a, b);
        int unicast = a.sending(now(), B);
        a.delivered(now(), MessageId.of(a.id(), unicast), false);
        assertBroken("D1", "which was sent to life 1");
    }

    @Test
    void noticesAMessageThatComesTwice() {
        install(view(1, A, B), a, b);
        long message = toGroup(a);
        deliver(message, a, b, b);
        assertBroken("D2", "life 1 (b, 00000000) was given 0#0 twice");
    }

    @Test
    void noticesASenderThatMissesItsOwnMessage() {
        install(view(1, A, B), a, b);
        toGroup(a);
        history.settled(now());
        assertBroken("D3", "never got its own message 0");
    }

    @Test
    void noticesAMessageDeliveredInTwoViews() {
        install(view(1, A, B), a, b);
        long message = toGroup(a);
        deliver(message, a);
        install(view(2, A, B), b);
        deliver(message, b);
        assertBroken("D4", "was delivered in a|2 by life 1");
    }

    @Test
    void noticesMembersThatMoveOnTogetherWithDifferentMessages() {
        install(view(1, A, B), a, b);
        deliver(toGroup(a), a);
        install(view(2, A, B), a, b);
        assertBroken("D5", "[0#0]");
    }

    @Test
    void noticesAMergeViewThatNamesTheWrongOrigin() {
        install(view(1, A), a);
        install(view(1, B), b);
        View merge = new MergeView(new ViewId(2, A), List.of(A, B), List.of(
                new MergeView.Subgroup(view(1, A).id(), List.of(A, B))));
        install(merge, a, b);
        assertBroken("D6", "subgroups say otherwise");
    }

    @Test
    void noticesAMergeThatIsNotCalledOne() {
        install(view(1, A), a);
        install(view(1, B), b);
        install(view(2, A, B), a, b);
        assertBroken("D6", "is no merge view");
    }

    @Test
    void noticesMessagesOutOfOrder() {
        install(view(1, A, B), a, b);
        long first = toGroup(a);
        long second = toGroup(a);
        deliver(first, a);
        deliver(second, a, b);
        deliver(first, b);
        assertBroken("O1", "after number 1");
    }

    @Test
    void noticesAGapWithinAView() {
        install(view(1, A, B), a, b);
        deliver(toGroup(a), a, b);
        toGroup(a);
        deliver(toGroup(a), a, b);
        assertBroken("O1", "number 2 of its sender, after number 0");
    }

    @Test
    void noticesUnicastsOutOfOrder() {
        install(view(1, A, B), a, b);
        int first = a.sending(now(), B);
        int second = a.sending(now(), B);
        b.delivered(now(), MessageId.of(a.id(), second), false);
        b.delivered(now(), MessageId.of(a.id(), first), false);
        assertBroken("O1", "from its sender to it, after number 1");
    }

    @Test
    void noticesAMessageThatNeverComes() {
        install(view(1, A, B), a, b);
        deliver(toGroup(a), a);
        history.settled(now());
        assertBroken("L1", "life 1 (b, 00000000) never got 0#0");
    }

    @Test
    void noticesAUnicastThatNeverComes() {
        install(view(1, A, B), a, b);
        a.sending(now(), B);
        history.settled(now());
        assertBroken("L1", "never got the unicast 0#0");
    }

    @Test
    void noticesAnAddressThatIsUsedAgain() {
        LifeHistory again = history.begin("a.1");
        again.address(A);
        assertThatThrownBy(() -> Promises.check(new NewLifeNewIdentity(), history))
                .isInstanceOf(PromiseBroken.class).hasMessageContaining("has the address of life 0");
    }

    @Test
    void noticesAStateThatMissesAMessage() {
        install(view(1, A), a);
        deliver(toGroup(a), a);
        install(view(2, A, B), a, b);
        b.stateTaken(a.id(), a.position(), new long[0]);
        assertBroken("M2", "a state of 0 messages", "had delivered 1");
    }

    @Test
    void noticesAStateThatHoldsAMessageThatComesAgain() {
        install(view(1, A), a);
        long message = toGroup(a);
        deliver(message, a);
        install(view(2, A, B), a, b);
        b.stateTaken(a.id(), a.position(), new long[] {message});
        b.delivered(now(), message, true);
        assertThatThrownBy(() -> Promises.check(new StateCut(), history))
                .isInstanceOf(PromiseBroken.class).hasMessageContaining("which its state holds already");
    }

    @Test
    void noticesAStateThatWasCutInTheMiddleOfAView() {
        install(view(1, A), a);
        install(view(2, A, B), a, b);
        long message = toGroup(a);
        deliver(message, a);
        b.stateTaken(a.id(), a.position(), new long[] {message});
        assertBroken("M2", "not cut at the view");
    }

    @Test
    void noticesWhatGrowsWithoutBound() {
        history.excess("a has 1000 sockets open, at most 10 are justified");
        assertBroken("Q1", "1000 sockets");
    }

    private void assertBroken(Promise promise, String part) {
        assertThatThrownBy(() -> Promises.check(promise, history)).isInstanceOfSatisfying(PromiseBroken.class,
                broken -> assertThat(broken.id()).isEqualTo(promise.id())).hasMessageContaining(part);
    }

    private void assertKept(Promise promise) {
        assertThatCode(() -> Promises.check(promise, history)).doesNotThrowAnyException();
    }

    @Test
    void noticesTwoPrimaryViewsOfWhichNeitherFollowsTheOther() {
        a.foundPrimary(view(1, A, B, C));
        a.foundPrimary(view(2, A, B));
        assertKept(new PrimaryChain());
        b.foundPrimary(view(3, B, C));
        assertBroken(new PrimaryChain(), "primary view [b|3] (2) [b, c] of life 1 (b, 00000000) has no majority of");
    }

    @Test
    void noticesAnAnswerBeforeItsQuestion() {
        install(view(1, A, B), a, b);
        LifeHistory c = life("c", C);
        install(view(1, A, B), c);
        long question = toGroup(a);
        deliver(question, a, b);
        long answer = toGroup(b);
        deliver(answer, a, b, c);
        deliver(question, c);
        assertBroken(new CausalDelivery(), "life 2 (c, 00000000) was given 1#0 in a|1 without 0#0");
    }

    @Test
    void allowsConcurrentMessagesInAnyOrder() {
        install(view(1, A, B), a, b);
        long one = toGroup(a);
        long other = toGroup(b);
        deliver(one, a, b);
        deliver(other, b, a);
        assertKept(new CausalDelivery());
    }

    @Test
    void noticesMembersThatDeliverInDifferentOrders() {
        install(view(1, A, B), a, b);
        long one = toGroup(a);
        long other = toGroup(b);
        deliver(one, a);
        deliver(other, a, b);
        deliver(one, b);
        assertBroken(new AgreedOrder(), "message 0 in a|1 was 0#0 at life 0");
        install(view(2, A, B), a, b);
        assertBroken(new AgreedOrder(), "message 0 in a|1 was 0#0 at life 0");
    }

    @Test
    void allowsDifferentOrdersAtMembersThatPart() {
        install(view(1, A, B), a, b);
        long one = toGroup(a);
        long other = toGroup(b);
        deliver(one, a);
        deliver(other, a, b);
        deliver(one, b);
        install(view(2, A), a);
        install(view(2, B), b);
        assertKept(new AgreedOrder());
    }

    @Test
    void noticesAMessageThatWasDeliveredTooEarlyToBeSafe() {
        install(view(1, A, B), a, b);
        deliver(toGroup(a), a);
        a.ended("crashed");
        install(view(2, B), b);
        assertBroken(new SafeDelivery(), "went on from a|1 without 0#0, which life 0 (a, 00000000, crashed) had delivered");
    }

    @Test
    void allowsTheEndOfAViewToBelongToThoseWhoGoOnTogether() {
        install(view(1, A, B), a, b);
        long message = toGroup(a);
        Duration end = now();
        a.delivered(end, message, true);
        a.installed(end, view(2, A));
        install(view(2, B), b);
        assertKept(new SafeDelivery());
    }

    @Test
    void everyPromiseHasALetterOfItsOwn() {
        assertThat(Promises.all()).extracting(Promise::id).doesNotHaveDuplicates()
                .contains("V1", "V2", "V3", "V5", "D1", "D2", "D3", "D4", "D5", "D6", "O1", "I1", "L1", "M2", "Q1");
    }
}
