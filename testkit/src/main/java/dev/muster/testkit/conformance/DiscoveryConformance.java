package dev.muster.testkit.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.spi.Event;
import dev.muster.spi.MemberInfo;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.simulation.DatagramTransport;
import dev.muster.testkit.simulation.LinkQuality;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What every discovery has to keep to: it finds who is there, and answers every search once. */
public abstract class DiscoveryConformance {

    private static final int SIZE = 5;
    private static final String JOIN = "join";

    /** Create the suite. */
    protected DiscoveryConformance() {}

    /**
     * The discovery under test.
     *
     * @return its provider
     */
    protected abstract ProtocolProvider provider();

    /**
     * Settings with which it finds members at some addresses.
     *
     * @param hosts where members may be
     * @return attribute names and values
     */
    protected abstract Map<String, String> settings(List<InetSocketAddress> hosts);

    /**
     * The transport it runs on; its settings are {@code bind_addr} and {@code bind_port}.
     *
     * @return datagrams without multicast unless overridden
     */
    protected ProtocolProvider transport() {
        return new DatagramTransport.Provider();
    }

    /**
     * Longest time that a search may take with these settings.
     *
     * @return the time
     */
    protected Duration bound() {
        return Duration.ofSeconds(10);
    }

    private ProbedCluster cluster() {
        return new ProbedCluster(SIZE, transport(), List.of(provider()), hosts -> List.of(settings(hosts)));
    }

    private List<MemberInfo> search(ProbedCluster cluster, int node, String purpose) {
        int before = cluster.probe(node).seen(Event.MembersFound.class).size();
        cluster.probe(node).tellBelow(new Event.FindMembers(purpose));
        cluster.run(bound());
        List<Event.MembersFound> answers = cluster.probe(node).seen(Event.MembersFound.class);
        assertEquals(before + 1, answers.size(), "answers to one search, within " + bound());
        assertEquals(purpose, answers.get(before).purpose(), "the purpose comes back");
        return answers.get(before).found();
    }

    /** A newcomer has to learn whom to ask. */
    @Test
    void findsTheCoordinatorOfAGroup() {
        ProbedCluster cluster = cluster();
        cluster.install(3, 0, 1, 2, 3);
        List<MemberInfo> found = search(cluster, 4, JOIN);

        assertTrue(found.stream().anyMatch(info -> cluster.probe(0).self().equals(info.coordinator())),
                "found " + found + ", expected somebody who names " + cluster.probe(0).self() + " as the coordinator");
        assertTrue(found.stream().noneMatch(info -> info.member().equals(cluster.probe(4).self())),
                "found " + found + ", in which the searcher itself should not be");
    }

    /** All members begin at the same time. */
    @Test
    void findsOthersThatHaveNoGroupEither() {
        ProbedCluster cluster = cluster();
        List<MemberInfo> found = search(cluster, 1, JOIN);

        assertTrue(!found.isEmpty() && found.stream().allMatch(info -> info.view() == null),
                "found " + found + ", expected others without a view");
        assertEquals(found.size(), found.stream().map(MemberInfo::member).distinct().count(), "each member once: " + found);
    }

    /** Everybody who answers is named with an address that is its own. */
    @Test
    void tellsWhereMembersAre() {
        ProbedCluster cluster = cluster();
        cluster.install(3, 0, 1, 2);
        for (MemberInfo info : search(cluster, 4, "look")) {
            int node = -1;
            for (int index = 0; index < SIZE; index++) {
                node = cluster.probe(index).self().equals(info.member()) ? index : node;
            }
            assertTrue(node >= 0, "found " + info.member() + ", who does not exist");
            assertEquals(cluster.probe(node).local(), info.physical(), "where member " + node + " is");
        }
    }

    /** The first member of all gets an answer, too. */
    @Test
    void answersOnceWhenNobodyIsThere() {
        ProbedCluster cluster = cluster();
        cluster.simulation().partition(List.of(List.of(0)));

        assertEquals(List.of(), search(cluster, 0, JOIN));
    }

    /** Searches come one after the other for as long as a group lives. */
    @Test
    void answersEverySearchOnceAlsoWhenPacketsAreLost() {
        ProbedCluster cluster = cluster();
        cluster.install(3, 0, 1, 2, 3);
        cluster.simulation().quality(LinkQuality.BAD);
        for (int round = 0; round < 10; round++) {
            search(cluster, 4, "round " + round);
        }
    }
}
