package dev.muster.it.hosts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Hosts with network stacks of their own, joined by a switch. Each is a network namespace of this machine, and so is the switch,
 * so that nothing of this machine's own network takes part, its rules for packets neither. Only where that is possible: see
 * {@link IpCommand#require}.
 *
 * <pre>
 *   ann: eth0, 10.77.0.1, fd77::1 ----- port ann +
 *   bob: eth0, 10.77.0.2, fd77::2 ----- port bob + switch
 *   cid: eth0, 10.77.0.3, fd77::3 ----- port cid +
 * </pre>
 *
 * <p>Closing it removes everything; what a killed run has left behind goes before the next one. For one thread.
 */
final class HostNetwork implements AutoCloseable {

    private static final String BRIDGE = "bridge";

    private final String switchSpace = IpCommand.ownName("switch");
    private final Map<String, Host> hosts = new LinkedHashMap<>();

    private HostNetwork() {}

    /**
     * Make a network.
     *
     * @param names of hosts, short ones
     * @return with a running network stack on each
     */
    static HostNetwork of(String... names) {
        IpCommand.require();
        HostNetwork network = new HostNetwork();
        try {
            IpCommand.removeLeftovers();
            network.make(names);
            return network;
        } catch (IOException | RuntimeException | Error e) {
            network.close();
            throw e instanceof IOException failure ? new UncheckedIOException(failure) : new IllegalStateException(e);
        }
    }

    private void make(String... names) throws IOException {
        IpCommand.run("netns add " + switchSpace);
        // nobody asks for groups here, so every multicast goes to every port
        onSwitch("link add " + BRIDGE + " type bridge stp_state 0 mcast_snooping 0");
        onSwitch("link set " + BRIDGE + " up");
        for (String name : names) {
            hosts.put(name, new Host(name, hosts.size() + 1));
            hosts.get(name).make(switchSpace);
            onSwitch("link set " + name + " master " + BRIDGE + " up");
        }
    }

    private void onSwitch(String words) throws IOException {
        IpCommand.run("-n " + switchSpace + " " + words);
    }

    /** Order the switch to do something, where a failure is that of the test. */
    private void order(String words) {
        try {
            onSwitch(words);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Host host(String name) {
        return hosts.get(name);
    }

    Iterable<Host> hosts() {
        return hosts.values();
    }

    /** Pull the cable: both ends notice. */
    void unplug(String name) {
        order("link set " + name + " down");
    }

    void plugIn(String name) {
        order("link set " + name + " up");
    }

    /** Let nothing pass, either way, of which neither end gets any notice: connections become half-dead. */
    void swallow(String name) {
        order("link set " + name + " nomaster");
    }

    void carryAgain(String name) {
        order("link set " + name + " master " + BRIDGE);
    }

    /** Let nothing reach a host, while what it sends goes on its way. */
    void deafen(String name) {
        order("link set dev " + name + " type bridge_slave flood off mcast_flood off bcast_flood off");
        hosts().forEach(other -> other.mistake(host(name)));
    }

    void letHear(String name) {
        order("link set dev " + name + " type bridge_slave flood on mcast_flood on bcast_flood on");
        hosts().forEach(other -> other.forgetMistake(host(name)));
    }

    /** Removes the hosts, with whatever runs on them losing its network. */
    @Override
    public void close() {
        hosts.values().forEach(Host::remove);
        hosts.clear();
        remove(switchSpace);
    }

    static void remove(String namespace) {
        try {
            IpCommand.run("netns delete " + namespace);
        } catch (IOException e) {
            // it was never made, or the next run removes it
            System.err.println(e.getMessage());
        }
    }
}
