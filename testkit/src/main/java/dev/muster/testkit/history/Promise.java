package dev.muster.testkit.history;

/** Checks one promise on a history. Without state: the same history gives the same findings. */
public interface Promise {

    /**
     * Its letter and number in the table of guarantees.
     *
     * @return such as {@code V1}
     */
    String id();

    /**
     * The promise itself.
     *
     * @return one sentence
     */
    String says();

    /**
     * Look for violations.
     *
     * @param history what happened
     * @param violations told of each
     */
    void check(History history, Violations violations);

    /** Collects violations. */
    @FunctionalInterface
    interface Violations {
        /**
         * Report one.
         *
         * @param what was, and what was expected
         * @param lives concerned by it
         */
        void add(String what, LifeHistory... lives);
    }
}
