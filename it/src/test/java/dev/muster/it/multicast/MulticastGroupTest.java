package dev.muster.it.multicast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Channel;
import dev.muster.api.ProtocolType;
import dev.muster.api.StackBuilder;
import dev.muster.it.FreePorts;
import dev.muster.it.GroupMember;
import dev.muster.it.Patience;
import dev.muster.it.ToldProcess;
import dev.muster.it.ToldView;
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

    private static ToldProcess start(String name, int port, Path directory) throws IOException {
        ToldProcess member = ToldProcess.start(name, ToldProcess.java(List.of("-Xmx128m"), GroupMember.class,
                List.of(name, "udp", "muster.mcast_port=" + port)), directory);
        member.order("connect");
        return member;
    }

    private static boolean allSeeViewsOf(int size, List<ToldProcess> members) {
        return members.stream().allMatch(member -> ToldView.of(member).names().size() == size);
    }

    private static void send(List<ToldProcess> members) {
        members.forEach(member -> member.order("send " + EACH + " 20"));
    }

    @Test
    void threeProcessesFormAGroupExchangeMessagesAndGoOnWhenOneIsKilled(@TempDir Path directory) throws IOException {
        int port = freePort();
        List<ToldProcess> members = new ArrayList<>();
        try {
            for (String name : List.of("ann", "bob", "cid")) {
                members.add(start(name, port, directory));
            }
            Patience.await(() -> "one view of three: " + members, () -> allSeeViewsOf(3, members));
            send(members);
            Patience.await(() -> "all messages of all: " + members,
                    () -> members.stream().allMatch(member -> member.number("heard") == 3 * EACH));

            members.remove(0).kill();
            Patience.await(() -> "one view of two: " + members, () -> allSeeViewsOf(2, members));
            send(members);
            Patience.await(() -> "all messages of the survivors: " + members,
                    () -> members.stream().allMatch(member -> member.number("heard") == 5 * EACH));
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
