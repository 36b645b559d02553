package dev.muster.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.MergeView;
import dev.muster.api.View;
import dev.muster.api.ViewId;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever watches a history sees a broken promise where it breaks, not where the history ends. */
class ContinuousCheckTest extends ScriptedHistory {

    private static final Address C = Address.of(0, 3, "c");


    @BeforeEach
    void everythingIsWatched() {
        history.watchEverything();
    }

    private void assertWell() {
        assertThat(history.broken()).isNull();
    }

    private void assertBroken(String id, String part) {
        assertThat(history.broken()).as("what was seen").isNotNull();
        assertThat(history.broken().id()).isEqualTo(id);
        assertThat(history.broken()).hasMessageContaining(part);
    }

    @Test
    void anOrderlyHistoryIsWell() {
        install(view(1, A), a);
        install(view(2, A, B), a, b);
        deliver(toGroup(a), a, b);
        deliver(toGroup(b), b, a);
        b.delivered(now(), MessageId.of(a.id(), a.sending(now(), B)), false);
        install(view(3, A, B), a, b);
        deliver(toGroup(a), a, b);
        history.converged();
        deliver(toGroup(b), a, b);
        assertWell();
    }

    @Test
    void seesAMemberOutsideOfItsView() {
        install(view(1, B), a);
        assertBroken("V1", "without being in it");
    }

    @Test
    void seesAViewIdThatDoesNotGrow() {
        install(view(2, A), a);
        install(view(2, A), a);
        assertBroken("V2", "after");
    }

    @Test
    void seesMembersPartTowardsViewsWithEachOtherInThem() {
        install(view(1, A, B), a, b);
        install(view(2, A, B), a);
        assertWell();
        install(view(2, B, A), b);
        assertBroken("V3", "from the same view");
    }

    @Test
    void seesAViewThatChangesAlthoughFaultsHaveCeased() {
        install(view(1, A, B), a, b);
        history.converged();
        assertWell();
        install(view(2, A, B), a);
        assertBroken("V5", "although faults had ceased");
    }

    @Test
    void seesTwoPartsWhenTheTimeForOneViewIsOver() {
        install(view(1, A), a);
        install(view(1, B), b);
        assertWell();
        history.converged();
        assertBroken("V5", "expected were exactly");
    }

    @Test
    void seesAMessageThatNobodySent() {
        install(view(1, A, B), a, b);
        deliver(MessageId.of(a.id(), 7), b);
        assertBroken("D1", "which nobody sent");
    }

    @Test
    void seesAMessageThatComesTwice() {
        install(view(1, A, B), a, b);
        deliver(toGroup(a), b, b);
        assertBroken("D2", "twice");
    }

    @Test
    void seesASenderMissAMessageOfItsOwnAsSoonAsTheNextOneComes() {
        install(view(1, A, B), a, b);
        toGroup(a);
        install(view(2, A, B), a, b);
        assertWell();
        deliver(toGroup(a), a);
        assertBroken("D3", "what lies between is lost");
    }

    @Test
    void seesAMessageInTwoViews() {
        install(view(1, A, B), a, b);
        long message = toGroup(a);
        deliver(message, a);
        life("c", C);
        install(view(2, B), b);
        deliver(message, b);
        assertBroken("D4", "was delivered in");
    }

    @Test
    void seesMembersMoveOnTogetherWithDifferentMessages() {
        install(view(1, A, B), a, b);
        deliver(toGroup(a), a);
        install(view(2, A, B), a);
        assertWell();
        install(view(2, A, B), b);
        assertBroken("D5", "only the second [0#0]");
    }

    @Test
    void seesAMergeViewThatNamesTheWrongOrigin() {
        install(view(1, A), a);
        install(view(1, B), b);
        View merge = new MergeView(new ViewId(2, A), List.of(A, B), List.of(
                new MergeView.Subgroup(new ViewId(1, A), List.of(A)), new MergeView.Subgroup(new ViewId(9, B), List.of(B))));
        install(merge, a);
        assertWell();
        install(merge, b);
        assertBroken("D6", "whose subgroups say otherwise");
    }

    @Test
    void seesMessagesOutOfOrder() {
        install(view(1, A, B), a, b);
        long first = toGroup(a);
        deliver(toGroup(a), b);
        deliver(first, b);
        assertBroken("O1", "after number 1");
    }

    @Test
    void seesAStateThatMissesAMessage() {
        install(view(1, A), a);
        deliver(toGroup(a), a);
        install(view(2, A, B), a, b);
        assertWell();
        b.stateTaken(a.id(), a.position(), new long[0]);
        assertBroken("M2", "which had delivered 1 before the cut");
    }

    @Test
    void seesAMessageThatTheStateHoldsAlready() {
        install(view(1, A), a);
        long message = toGroup(a);
        deliver(message, a);
        install(view(2, A, B), a, b);
        b.stateTaken(a.id(), a.position(), new long[] {message});
        assertWell();
        deliver(message, b);
        assertThat(history.broken().id()).isIn("M2", "D4");
    }

    @Test
    void seesAUnicastAtAnotherLife() {
        install(view(1, A, B), a, b);
        int number = a.sending(now(), B);
        a.delivered(now(), MessageId.of(a.id(), number), false);
        assertBroken("I1", "meant for life 1");
    }
}
