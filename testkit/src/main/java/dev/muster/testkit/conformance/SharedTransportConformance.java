package dev.muster.testkit.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.api.Address;
import dev.muster.api.Channel;
import dev.muster.api.ChannelState;
import dev.muster.api.StackBuilder;
import dev.muster.api.View;
import dev.muster.api.ViewId;
import dev.muster.core.Assembler;
import dev.muster.core.SharedTransports;
import dev.muster.spi.Event;
import dev.muster.spi.Packet;
import dev.muster.spi.ProtocolProvider;
import dev.muster.spi.TransportSettings;
import dev.muster.testkit.simulation.SimulatedEnvironment;
import dev.muster.testkit.simulation.Simulation;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a transport has to keep to that serves several clusters of one process: each hears what is its own, and nothing else.
 * Three processes, of which the first two have channels of the clusters {@code x} and {@code y} above one transport each, and
 * the third has one of {@code x}, whose transport is its own.
 */
public abstract class SharedTransportConformance {

    private static final int PORT = 7800;
    private static final String SHARED = "shared";

    private final Simulation simulation = new Simulation(31);
    private final Probe.Provider probes = new Probe.Provider();
    private final Map<String, Probe> byName = new LinkedHashMap<>();
    private final Map<String, Channel> channels = new LinkedHashMap<>();
    private final List<SimulatedEnvironment> processes = new ArrayList<>();
    private final List<SharedTransports> shared = new ArrayList<>();

    /** Create the suite. */
    protected SharedTransportConformance() {}

    /**
     * The transport under test.
     *
     * @return its provider
     */
    protected abstract ProtocolProvider provider();

    /**
     * Settings it is run with.
     *
     * @param own address of the node
     * @return {@code bind_addr} and {@code bind_port} unless overridden
     */
    protected Map<String, String> settings(InetAddress own) {
        return Map.of("bind_addr", own.getHostAddress(), "bind_port", String.valueOf(PORT));
    }

    /**
     * Prepare what the transport needs in the network, such as a router.
     *
     * @param network in which to start it
     */
    protected void prepare(Simulation network) {
        // most need nothing
    }

    /** Start processes and channels, and tell the channels of one another. */
    @BeforeEach
    void startThreeProcesses() {
        prepare(simulation);
        for (int node = 0; node < 3; node++) {
            processes.add(simulation.addNode().start());
            shared.add(new SharedTransports());
        }
        for (String name : List.of("x0", "y0", "x1", "y1", "x2")) {
            connect(name);
        }
        run(200);
        install("x", 1, "x0", "x1", "x2");
        install("y", 1, "y0", "y1");
    }

    /** A channel whose name tells its cluster and its process. */
    private void connect(String name) {
        int node = name.charAt(1) - '0';
        SimulatedEnvironment process = processes.get(node);
        Map<String, String> transport = new LinkedHashMap<>(settings(process.node().address()));
        if (node < 2) {
            transport.put(TransportSettings.SINGLETON_NAME.name(), SHARED);
        }
        StackBuilder stack = StackBuilder.create().add(provider().type().name(), transport)
                .add(probes.type().name(), Map.of());
        Channel channel = new Assembler(List.of(provider(), probes), List.of())
                .channel(stack.definition(), name, () -> process, shared.get(node));
        channel.connectAsync(name.substring(0, 1), false);
        channels.put(name, channel);
        byName.put(name, probes.probes().get(probes.probes().size() - 1));
    }

    private void run(long millis) {
        simulation.runUntil(simulation.now().plus(Duration.ofMillis(millis)));
    }

    private Probe probe(String name) {
        return byName.get(name);
    }

    private void install(String cluster, long counter, String... names) {
        List<Address> members = new ArrayList<>();
        Map<Address, InetSocketAddress> places = new LinkedHashMap<>();
        for (String name : names) {
            members.add(probe(name).self());
            places.put(probe(name).self(), probe(name).local());
        }
        View view = new View(new ViewId(counter, members.get(0)), members);
        for (String name : names) {
            assertTrue(name.startsWith(cluster), name + " is not in " + cluster);
            probe(name).tellBelow(new Event.PhysicalAddresses(places));
            probe(name).tellBelow(new Event.ViewInstalled(view, List.of()));
        }
        run(200);
    }

    private void send(String from, Packet packet, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        probe(from).send(packet.withFlags(Packet.DATA | Packet.SINGLE).withPayload(bytes, 0, bytes.length));
    }

    private List<String> heard(String name) {
        return probe(name).heard().stream()
                .map(packet -> new String(packet.buffer(), packet.offset(), packet.length(), StandardCharsets.UTF_8)).toList();
    }

    /** One set of sockets however many clusters. */
    @Test
    void sharesItsSockets() {
        SimulatedEnvironment alone = processes.get(2);
        SimulatedEnvironment both = processes.get(0);

        assertEquals(probe("x0").local(), probe("y0").local(), "both channels of a process are reached at one place");
        assertTrue(both.openSockets() <= alone.openSockets() + 1,
                "a process with two clusters has " + both.openSockets() + " sockets open, one with a single cluster "
                        + alone.openSockets());
    }

    /** Group packets go to the members of their cluster. */
    @Test
    void groupPacketsReachTheOthersOfTheirClusterOnly() {
        send("x0", Packet.toGroup(), "to all x");
        send("y1", Packet.toGroup(), "to all y");
        run(500);

        assertEquals(List.of("to all x"), heard("x1"));
        assertEquals(List.of("to all x"), heard("x2"));
        assertEquals(List.of("to all y"), heard("y0"));
        assertEquals(List.of(), heard("x0"));
        assertEquals(List.of(), heard("y1"));
    }

    /** Packets to one member reach it, in both directions, whichever of the two shares its transport. */
    @Test
    void packetsToOneReachThatOne() {
        send("x0", Packet.to(probe("x1").self()), "to x1");
        send("y0", Packet.to(probe("y1").self()), "to y1");
        send("x2", Packet.to(probe("x0").self()), "to x0");
        send("x0", Packet.to(probe("x2").self()), "to x2");
        run(500);

        for (String name : List.of("x1", "y1", "x0", "x2")) {
            assertEquals(List.of("to " + name), heard(name));
        }
        assertEquals(List.of(), heard("y0"));
    }

    /** A member nobody has told of is answered where it was heard from. */
    @Test
    void aStrangerIsAnsweredWhereItSpokeFrom() {
        install("x", 2, "x0");
        install("y", 2, "y0");
        send("y1", Packet.to(probe("y0").self(), probe("y0").local()), "question");
        run(500);
        send("y0", Packet.to(probe("y1").self()), "answer");
        run(500);

        assertEquals(List.of("question"), heard("y0"));
        assertEquals(List.of("answer"), heard("y1"));
    }

    /** A view of one cluster changes nothing for another. */
    @Test
    void aViewOfOneClusterLeavesTheOtherAlone() {
        install("x", 2, "x0", "x2");
        send("y0", Packet.toGroup(), "to all y");
        send("x0", Packet.toGroup(), "to two x");
        run(500);

        assertEquals(List.of("to all y"), heard("y1"));
        // what is multicast may still reach x1
        assertEquals(List.of("to two x"), heard("x2"));
    }

    /** Who leaves takes nothing with it, and hears nothing any more. */
    @Test
    void aClusterThatIsLeftLeavesTheOtherAlone() {
        probe("x0").leave();
        run(200);
        assertEquals(ChannelState.DISCONNECTED, channels.get("x0").state());
        send("x1", Packet.toGroup(), "to all x");
        send("y1", Packet.toGroup(), "to all y");
        send("y0", Packet.toGroup(), "from y0");
        run(500);

        assertEquals(List.of(), heard("x0"));
        assertEquals(List.of("to all y"), heard("y0"));
        assertEquals(List.of("from y0"), heard("y1"));
        assertTrue(processes.get(0).openSockets() > 0);

        probe("y0").leave();
        run(200);
        assertFalse(processes.get(0).isAlive(), "the last one closes the environment, and the transport before it");
    }

    /** Who comes back is served again, as another member. */
    @Test
    void aClusterThatWasLeftCanBeJoinedAgain() {
        Address former = probe("x0").self();
        probe("x0").leave();
        run(200);
        connect("x0");
        run(200);
        assertFalse(former.equals(probe("x0").self()));
        assertNotNull(probe("x0").local(), "it is told where the transport listens, though that began long ago");
        install("x", 2, "x0", "x1", "x2");
        send("x1", Packet.toGroup(), "again");
        run(500);

        assertEquals(List.of("again"), heard("x0"));
    }

    /** What is known of a lost peer concerns those who have it in their view. */
    @Test
    void aLostProcessIsLostToItsOwnClusters() {
        send("x0", Packet.toGroup(), "hello");
        send("y0", Packet.toGroup(), "hello");
        send("x1", Packet.toGroup(), "hello");
        send("y1", Packet.toGroup(), "hello");
        send("x2", Packet.toGroup(), "hello");
        run(500);
        processes.get(2).node().crash();
        run(2_000);
        assertEquals(List.of(), probe("y0").seen(Event.ConnectionLost.class), "y has nobody there");
        int told = probe("x0").seen(Event.ConnectionLost.class).size();
        processes.get(1).node().crash();
        run(2_000);

        if (told > 0) {
            assertEquals(List.of(new Event.ConnectionLost(probe("x2").self()), new Event.ConnectionLost(probe("x1").self())),
                    probe("x0").seen(Event.ConnectionLost.class));
            assertEquals(List.of(new Event.ConnectionLost(probe("y1").self())),
                    probe("y0").seen(Event.ConnectionLost.class));
        }
    }
}
