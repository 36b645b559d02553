package dev.muster.cli.perf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InboxTest {

    private static final int FIRST = 0;
    private static final int SECOND = 1;

    private int ends;
    private final List<Long> others = new ArrayList<>();
    private final List<Integer> views = new ArrayList<>();
    private final Inbox inbox = new Inbox(() -> ends++, others::add, views::add);

    private void receive(int sender, long... numbers) {
        for (long number : numbers) {
            inbox.take(Inbox.word(sender, number));
        }
    }

    private void last(int sender, long count) {
        inbox.take(Inbox.other(Inbox.LAST, sender, count));
    }

    @Test
    void everythingInOrderIsNeitherLostNorOutOfOrder() {
        inbox.prepare(2, 1);

        receive(FIRST, 1, 2, 3);
        last(FIRST, 3);

        assertThat(ends).isEqualTo(1);
        assertThat(inbox.tally()).isEqualTo(new Inbox.Tally(3, 0, 0, 0));
    }

    @Test
    void aGapIsALossAndADisorder() {
        inbox.prepare(1, 1);

        receive(FIRST, 1, 3);
        last(FIRST, 3);

        assertThat(inbox.tally()).isEqualTo(new Inbox.Tally(2, 1, 1, 0));
    }

    @Test
    void itIsDoneWhenAllSendersAre() {
        inbox.prepare(2, 2);

        receive(FIRST, 1);
        last(FIRST, 1);
        assertThat(ends).isZero();
        receive(SECOND, 1, 2);
        last(SECOND, 2);

        assertThat(ends).isEqualTo(1);
        assertThat(inbox.tally().delivered()).isEqualTo(3);
    }

    @Test
    void theNextRunStartsAtNothing() {
        inbox.prepare(1, 1);
        receive(FIRST, 1, 2);
        last(FIRST, 2);
        inbox.prepare(1, 1);
        receive(FIRST, 1);
        last(FIRST, 1);

        assertThat(ends).isEqualTo(2);
        assertThat(inbox.tally()).isEqualTo(new Inbox.Tally(1, 0, 0, 0));
    }

    @Test
    void whatGoesThereAndBackIsNotCounted() {
        inbox.prepare(2, 1);
        long ping = Inbox.other(Inbox.PING, SECOND, 77);

        inbox.take(ping);

        assertThat(others).containsExactly(ping);
        assertThat(Inbox.kind(ping)).isEqualTo(Inbox.PING);
        assertThat(Inbox.sender(ping)).isEqualTo(SECOND);
        assertThat(Inbox.number(ping)).isEqualTo(77);
    }

    @Test
    void aMessageBeginsWithItsWord() {
        byte[] payload = new byte[100];
        inbox.prepare(3, 1);

        Inbox.write(payload, Inbox.word(2, 1));
        assertThat(Inbox.isLast(payload)).isFalse();
        inbox.take(payload, 0);
        Inbox.write(payload, Inbox.other(Inbox.LAST, 2, 1));
        assertThat(Inbox.isLast(payload)).isTrue();
        inbox.take(payload, 0);

        assertThat(inbox.tally()).isEqualTo(new Inbox.Tally(1, 0, 0, 0));
    }

    @Test
    void theLongestGapIsToldIfItIsWatched() {
        inbox.watch();
        inbox.prepare(2, 1);

        receive(FIRST, 1, 2, 3);
        last(FIRST, 3);

        assertThat(inbox.tally().longestGapNanos()).isPositive();
    }

    @Test
    void aQuestionIsAnsweredWithItsNumber() {
        byte[] payload = new byte[Inbox.LEAST_BYTES];
        Inbox.write(payload, Inbox.other(Inbox.PING, FIRST, 7));

        Inbox.answer(payload, SECOND);
        inbox.take(payload, 0);

        assertThat(others).singleElement().isEqualTo(Inbox.other(Inbox.PONG, SECOND, 7));
    }

    @Test
    void viewsAreHandedOn() {
        inbox.view(3);

        assertThat(views).containsExactly(3);
    }
}
