package dev.muster.it.hosts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** A host of a {@link HostNetwork}: processes on it see its interfaces and no others. */
final class Host {

    private static final String CARD = "eth0";
    private static final String NOBODY = "02:00:00:00:00:fe";

    private final String name;
    private final String space;
    private final int number;
    private final String address6;
    private String address;

    Host(String name, int number) {
        this.name = name;
        this.number = number;
        space = IpCommand.ownName(name);
        address = "10.77.0." + number;
        address6 = "fd77::" + number;
    }

    void make(String switchSpace) throws IOException {
        IpCommand.run("netns add " + space);
        IpCommand.run("link add " + CARD + " netns " + space + " type veth peer name " + name + " netns " + switchSpace);
        run("addr add " + address + "/24 dev " + CARD);
        // without looking whether somebody has it already, for that takes a second or two
        run("addr add " + address6 + "/64 dev " + CARD + " nodad");
        // one address of the link, and not the one besides that the system would make up
        run("link set " + CARD + " addrgenmode none");
        run("addr add fe80::77:" + number + "/64 dev " + CARD + " nodad");
        run("link set " + CARD + " up");
        run("link set lo up");
        // the loopback interface carries multicast of IPv6 only where there is a route for it
        run("-6 route add local ff00::/8 dev lo table local metric 4096");
    }

    private String run(String words) throws IOException {
        return IpCommand.run("-n " + space + " " + words);
    }

    private void order(String words) {
        try {
            run(words);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String name() {
        return name;
    }

    String address() {
        return address;
    }

    /** The command that runs another one on this host. */
    List<String> running(List<String> command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", space));
        all.addAll(command);
        return all;
    }

    /** One more address, which the system does not choose where it may choose. */
    String anotherAddress() {
        String another = address + "01";
        order("addr add " + another + "/24 dev " + CARD);
        return another;
    }

    /** Who is connected with one of its ports. */
    List<String> peersAt(int port) throws IOException {
        return IpCommand.run("netns exec " + space + " ss -Htn state established sport = :" + port).lines()
                .map(line -> line.strip().split(" +")[3]).toList();
    }

    /** From now on another host's address is this one's. */
    void takeAddressOf(Host other) {
        order("addr del " + address + "/24 dev " + CARD);
        address = other.address;
        order("addr add " + address + "/24 dev " + CARD);
    }

    /** Take somebody who is not there for another host: what is sent to that one is lost, without any notice. */
    void mistake(Host other) {
        if (other != this) {
            order("neigh replace " + other.address + " lladdr " + NOBODY + " dev " + CARD + " nud permanent");
            order("neigh replace " + other.address6 + " lladdr " + NOBODY + " dev " + CARD + " nud permanent");
        }
    }

    void forgetMistake(Host other) {
        if (other != this) {
            order("neigh del " + other.address + " dev " + CARD);
            order("neigh del " + other.address6 + " dev " + CARD);
        }
    }

    void remove() {
        HostNetwork.remove(space);
    }

    @Override
    public String toString() {
        return name + " at " + address;
    }
}
