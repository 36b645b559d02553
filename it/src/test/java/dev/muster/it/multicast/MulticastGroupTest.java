package dev.muster.it.multicast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Channel;
import dev.muster.api.ProtocolType;
import dev.muster.api.StackBuilder;
import dev.muster.it.FreePorts;
import dev.muster.it.Patience;
import dev.muster.it.ToldProcess;
import java.io.IOException;
import java.net.DatagramSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class MulticastGroupTest {

    private static final int EACH = 500;

    /** A port that no other group on this machine uses. */
    private static int freePort() throws IOException {
        try (DatagramSocket probe = new DatagramSocket()) {
            return probe.getLocalPort();
        }
    }

    @Test
    void threeProcessesFormAGroupExchangeMessagesAndGoOnWhenOneIsKilled(@TempDir Path directory) throws IOException {
        int port = freePort();
        List<ToldProcess> members = new ArrayList<>();
        try {
            for (String name : List.of("ann", "bob", "cid")) {
                members.add(ToldProcess.start(MulticastMember.class, "128m", directory, name,
                        String.valueOf(port)));
            }
            Patience.await(() -> "one view of three: " + members, () -> members.stream().allMatch(m -> m.told("view") == 3));

            members.forEach(member -> member.order(String.valueOf(EACH)));
            Patience.await(() -> "all messages of all: " + members,
                    () -> members.stream().allMatch(member -> member.told("heard") == 3 * EACH));

            members.remove(0).kill();
            Patience.await(() -> "one view of two: " + members, () -> members.stream().allMatch(m -> m.told("view") == 2));
            members.forEach(member -> member.order(String.valueOf(EACH)));
            Patience.await(() -> "all messages of the survivors: " + members,
                    () -> members.stream().allMatch(member -> member.told("heard") == 5 * EACH));
        } finally {
            members.forEach(ToldProcess::close);
        }
    }

    @Test
    void membersOverTcpThatAreListedNowhereFindOneAnotherByMulticast() throws IOException {
        String multicastPort = String.valueOf(freePort());
        List<Channel> channels = new ArrayList<>();
        try {
            for (String name : List.of("ann", "bob")) {
                String port = String.valueOf(FreePorts.inARow(1));
                channels.add(StackBuilder.of(StackBuilder.named("default", Map.of("muster.start_port", port)).definition())
                        .replace(ProtocolType.of("TCPPING"), "MPING", Map.of("mcast_port", multicastPort))
                        .name(name).build().connect("by multicast"));
            }
            Patience.await("one view of two", () -> channels.stream().allMatch(channel -> channel.view().size() == 2));
            assertThat(channels.get(0).view()).isEqualTo(channels.get(1).view());
        } finally {
            channels.forEach(Channel::close);
        }
    }

    @Test
    void withoutMulticastGroupMessagesGoToEachMember() throws IOException {
        int firstPort = FreePorts.inARow(2);
        String hosts = "127.0.0.1[" + firstPort + "],127.0.0.1[" + (firstPort + 1) + "]";
        List<Channel> channels = new ArrayList<>();
        try {
            for (String name : List.of("ann", "bob")) {
                channels.add(StackBuilder.of(StackBuilder.named("udp", Map.of()).definition())
                        .replace(ProtocolType.of("UDP"), "UDP",
                                Map.of("ip_mcast", "false", "bind_port", String.valueOf(firstPort)))
                        .replace(ProtocolType.of("PING"), "PING", Map.of("initial_hosts", hosts))
                        .name(name).build().connect("by datagrams"));
            }
            Patience.await("one view of two", () -> channels.stream().allMatch(channel -> channel.view().size() == 2));
        } finally {
            channels.forEach(Channel::close);
        }
    }
}
