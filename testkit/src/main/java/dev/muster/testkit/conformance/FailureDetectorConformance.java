package dev.muster.testkit.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.spi.Event;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.simulation.LinkQuality;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every failure detector has to keep to: it suspects who has failed, and nobody else. */
public abstract class FailureDetectorConformance {

    private static final int SIZE = 4;

    /** Create the suite. */
    protected FailureDetectorConformance() {}

    /**
     * The detector under test.
     *
     * @return its provider
     */
    protected abstract ProtocolProvider provider();

    /**
     * Its settings.
     *
     * @return attribute names and values; its defaults unless overridden
     */
    protected Map<String, String> settings() {
        return Map.of();
    }

    /**
     * The time within which it promises to suspect a process that has died.
     *
     * @return the time, counted from the death
     */
    protected abstract Duration deathBound();

    /**
     * The time within which it promises to suspect a member that has fallen silent, its process being there.
     *
     * @return the time, counted from its last sign of life; null if it notices deaths only
     */
    protected abstract Duration silenceBound();

    private ProbedCluster cluster() {
        ProbedCluster cluster = new ProbedCluster(SIZE, List.of(provider()), hosts -> List.of(settings()));
        cluster.install(1, IntStream.range(0, SIZE).toArray());
        cluster.run(Duration.ofSeconds(5));
        return cluster;
    }

    private static List<Event.Suspected> suspicions(ProbedCluster cluster, int node) {
        return cluster.probe(node).seen(Event.Suspected.class);
    }

    private static boolean somebodySuspects(ProbedCluster cluster, int suspect) {
        return IntStream.range(0, SIZE).filter(node -> node != suspect).anyMatch(node -> suspicions(cluster, node)
                .stream().anyMatch(suspicion -> suspicion.member().equals(cluster.probe(suspect).self())));
    }

    private static void assertNobodyElseIsSuspected(ProbedCluster cluster, int suspect) {
        for (int node = 0; node < SIZE; node++) {
            for (Event.Suspected suspicion : node == suspect ? List.<Event.Suspected>of() : suspicions(cluster, node)) {
                assertEquals(cluster.probe(suspect).self(), suspicion.member(), "member " + node + " suspects somebody alive");
            }
        }
    }

    /** Death. */
    @Test
    void suspectsAMemberWhoseProcessDied() {
        ProbedCluster cluster = cluster();
        cluster.node(2).crash();
        cluster.run(deathBound());

        assertTrue(somebodySuspects(cluster, 2), "nobody suspects the dead member within " + deathBound());
        assertNobodyElseIsSuspected(cluster, 2);
    }

    /** Silence; whoever promises to notice deaths only must not take it for one. */
    @Test
    void suspectsASilentMemberIfItPromisesTo() {
        ProbedCluster cluster = cluster();
        Duration silence = silenceBound() == null ? deathBound().multipliedBy(10) : silenceBound();
        cluster.node(2).pause(silence.multipliedBy(10));
        cluster.run(silence);

        assertEquals(silenceBound() != null, somebodySuspects(cluster, 2), "whether somebody suspects the silent member within "
                + silence);
        assertNobodyElseIsSuspected(cluster, 2);
    }

    /** Nothing goes wrong, so nobody may be suspected. */
    @Test
    void suspectsNobodyWhoLives() {
        ProbedCluster cluster = cluster();
        cluster.simulation().quality(LinkQuality.GOOD.withLoss(0.01));
        cluster.run(Duration.ofMinutes(2));
        for (int node = 0; node < SIZE; node++) {
            assertEquals(List.of(), suspicions(cluster, node), "suspicions of member " + node);
        }
    }

    /** Whoever wakes after a long sleep has heard nothing for long, which says nothing about the others. */
    @Test
    void observesAnewAfterItsOwnPause() {
        ProbedCluster cluster = cluster();
        Duration sleep = (silenceBound() == null ? deathBound() : silenceBound()).multipliedBy(3);
        cluster.node(1).pause(sleep);
        cluster.run(sleep.plusSeconds(5));

        assertEquals(List.of(), suspicions(cluster, 1), "suspicions of the member that slept");
    }

    /** Who has left the view is of no interest any more. */
    @Test
    void forgetsWhoIsNoLongerInTheView() {
        ProbedCluster cluster = cluster();
        cluster.install(2, 0, 1, 3);
        IntStream.range(0, SIZE).forEach(node -> cluster.probe(node).seen().clear());
        cluster.node(2).crash();
        cluster.run(deathBound().plus(deathBound()).plusSeconds(2));

        assertTrue(!somebodySuspects(cluster, 2), "a member is suspected that is not in the view");
    }
}
