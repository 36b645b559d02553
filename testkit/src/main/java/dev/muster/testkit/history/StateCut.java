package dev.muster.testkit.history;

import java.util.Arrays;

/**
 * Checks M2: a state is cut at a view: it holds all messages before the view and none after it; and who waits for one gets it,
 * or is told that there is none.
 */
public final class StateCut implements Promise {

    /** Create the check. */
    public StateCut() {}

    @Override
    public String id() {
        return "M2";
    }

    @Override
    public String says() {
        return "a state is cut at a view: it holds all messages before the view and none after it";
    }

    @Override
    public void check(History history, Violations violations) {
        for (LifeHistory life : history.lives()) {
            for (LifeHistory.StateTaken state : life.states()) {
                checkState(history, life, state, violations);
            }
            if (history.isSettled() && life.isRunning() && life.awaitsState()) {
                violations.add(life + " still waits for a state", life);
            }
        }
    }

    static void checkState(History history, LifeHistory life, LifeHistory.StateTaken state,
            Violations violations) {
        LifeHistory provider = history.lives().get(state.provider());
        int cut = state.providerPosition();
        long atCut = cut == 0 ? 0 : provider.entry(cut - 1);
        long before = state.position() == 0 ? 0 : life.entry(state.position() - 1);
        if (atCut >= 0 || before >= 0
                || !provider.views().get((int) (-atCut - 1)).equals(life.views().get((int) (-before - 1)))) {
            violations.add(life + " took a state of " + provider + " that was not cut at the view in which it began",
                    life, provider);
            return;
        }
        long[] expected = sorted(provider.groupMessagesUntil(cut));
        if (!Arrays.equals(expected, sorted(state.messages()))) {
            violations.add(life + " took a state of " + state.messages().length + " messages from " + provider
                    + ", which had delivered " + expected.length + " before the cut", life, provider);
        }
        checkNothingTwice(life, state, violations);
    }

    private static void checkNothingTwice(LifeHistory life, LifeHistory.StateTaken state, Violations violations) {
        long[] contained = sorted(state.messages());
        for (int at = state.position(); at < life.position(); at++) {
            if (LifeHistory.isGroupMessage(life.entry(at)) && Arrays.binarySearch(contained, life.entry(at)) >= 0) {
                violations.add(life + " was given " + MessageId.text(life.entry(at)) + ", which its state holds already",
                        life);
            }
        }
    }

    private static long[] sorted(long[] values) {
        long[] copy = values.clone();
        Arrays.sort(copy);
        return copy;
    }
}
