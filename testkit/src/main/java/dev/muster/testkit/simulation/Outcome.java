package dev.muster.testkit.simulation;

import dev.muster.testkit.history.BoundedMemory;
import dev.muster.testkit.history.History;
import dev.muster.testkit.history.Promise;
import dev.muster.testkit.history.PromiseBroken;
import dev.muster.testkit.history.Promises;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What came of a simulated cluster: which promises were kept, and what it met on the way. Does not change any more. */
public final class Outcome {

    private final SimulatedCluster cluster;
    private final boolean inOneView;
    private final String nothingToJudge;
    private final Map<Promise, PromiseBroken> broken = new LinkedHashMap<>();

    Outcome(SimulatedCluster cluster, boolean inOneView) {
        this.cluster = cluster;
        this.inOneView = inOneView;
        boolean begun = cluster.history().lives().stream().anyMatch(life -> life.lastView() != null);
        this.nothingToJudge = begun ? null : "nobody was ever in a view, so nothing was put to the test; "
                + cluster.population().whyNobodyJoined();
        cluster.promises().forEach(this::check);
    }

    private void check(Promise promise) {
        PromiseBroken first = cluster.history().broken();
        if (first != null && first.id().equals(promise.id())) {
            broken.put(promise, first);
            return;
        }
        try {
            Promises.check(promise, cluster.history());
        } catch (PromiseBroken e) {
            broken.put(promise, e);
        }
    }

    /** All have left: now nothing of them may be left over. */
    void lookAgain() {
        check(new BoundedMemory());
    }

    /** Tells under which circumstances a promise was broken. */
    private static final class Circumstances extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private Circumstances(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * Tell whether every promise was kept, no callback failed, and there was anything to judge.
     *
     * @return true if so
     */
    public boolean isWell() {
        return broken.isEmpty() && failures().isEmpty() && nothingToJudge == null;
    }

    /**
     * Tell why this run proves nothing: nobody was ever in a view, so every promise was kept by default.
     *
     * @return what was, what was expected, remedy; null if there was something to judge
     */
    public String nothingToJudge() {
        return nothingToJudge;
    }

    /**
     * Insist on it.
     *
     * @return this
     * @throws PromiseBroken the promise whose breach was seen first, with the circumstances
     * @throws AssertionError if a callback failed, or there was nothing to judge
     */
    public Outcome orThrow() {
        if (!isWell()) {
            AssertionError first = first();
            first.addSuppressed(new Circumstances(cluster.describe()));
            throw first;
        }
        return this;
    }

    private AssertionError first() {
        if (!failures().isEmpty()) {
            return new AssertionError("a callback failed: " + failures().get(0), failures().get(0));
        }
        if (nothingToJudge != null) {
            return new AssertionError(nothingToJudge);
        }
        PromiseBroken seen = cluster.history().broken();
        return seen != null ? seen : broken.values().iterator().next();
    }

    /**
     * The promises that were checked: those that a stack of these protocols makes, and those asked for.
     *
     * @return safety first
     */
    public List<Promise> promises() {
        return cluster.promises();
    }

    /**
     * How a promise was broken.
     *
     * @param promise one of {@link #promises}
     * @return the first finding; null if it was kept
     */
    public PromiseBroken broken(Promise promise) {
        return broken.entrySet().stream().filter(entry -> entry.getKey().id().equals(promise.id())).map(Map.Entry::getValue)
                .findFirst().orElse(null);
    }

    /**
     * Callbacks that failed; there should be none.
     *
     * @return what they threw
     */
    public List<Throwable> failures() {
        return cluster.failures();
    }

    /**
     * Tell whether all members that lived at the end, before they left, had one view with exactly them in it.
     *
     * @return false also if nobody lived
     */
    public boolean isInOneView() {
        return inOneView;
    }

    /**
     * What has happened.
     *
     * @return the history
     */
    public History history() {
        return cluster.history();
    }

    /**
     * How often something happened that the simulation counts.
     *
     * @param occurrence what
     * @return the count
     */
    public long count(Occurrence occurrence) {
        return cluster.simulation().count(occurrence);
    }

    /**
     * How often a rare situation was met.
     *
     * @param situation which
     * @return the count
     */
    public long count(Situation situation) {
        return cluster.count(situation);
    }

    /**
     * The world it happened in.
     *
     * @return the simulation, at its end
     */
    public Simulation simulation() {
        return cluster.simulation();
    }

    /**
     * Hash of everything that has happened.
     *
     * @return equal for equal histories
     */
    public String hash() {
        return cluster.simulation().hash();
    }
}
