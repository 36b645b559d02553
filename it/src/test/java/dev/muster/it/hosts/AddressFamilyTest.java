package dev.muster.it.hosts;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * IPv6 between hosts, and all addresses at once; both families on one host that has no other interface, and for IPv4 no route
 * for multicast.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class AddressFamilyTest {

    private static final String OF_SITE = "match-address:fd77:.*";
    /** Two can't know that they are all there are, so they wait the whole time for others. */
    private static final String SHORTLY = "timeout=1s";
    private static final List<String> UDP = List.of("udp", "PING PING " + SHORTLY);
    private static final List<String> TCP = List.of("default", "TCPPING MPING mcast_port=7555," + SHORTLY);

    static Stream<Arguments> groups() {
        return Stream.of(Arguments.of(UDP, OF_SITE), Arguments.of(TCP, OF_SITE),
                Arguments.of(List.of("default", "muster.initial_hosts=fd77::1[7800],fd77::2[7800]"), OF_SITE),
                Arguments.of(UDP, "link_local"), Arguments.of(TCP, "link_local"),
                Arguments.of(List.of("default", "muster.initial_hosts=10.77.0.1[7800],10.77.0.2[7800]"), "0.0.0.0"));
    }

    @ParameterizedTest(name = "{0} bound to {1}")
    @MethodSource("groups")
    void whereverTheyAreBoundMembersOnTwoHostsFormAGroup(List<String> stack, String bindAddress) throws IOException {
        try (HostNetwork network = HostNetwork.of("ann", "bob");
                HostedGroup group = new HostedGroup("families", stack)) {
            for (Host host : network.hosts()) {
                group.start(host.name(), host, bindAddress);
            }
            group.connectAll();
            group.talk(100, "ann", "bob");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void onTheLoopbackInterfaceAloneMembersFormAGroupByMulticast(String address) throws IOException {
        try (HostNetwork network = HostNetwork.of("one"); HostedGroup group = new HostedGroup("families", UDP)) {
            network.unplug("one");
            group.start("ann", network.host("one"), address);
            group.start("bob", network.host("one"), address);
            group.connectAll();
            group.talk(100, "ann", "bob");
        }
    }
}
