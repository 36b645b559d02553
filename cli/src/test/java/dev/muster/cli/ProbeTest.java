package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.Channel;
import dev.muster.api.LayerDefinition;
import dev.muster.api.LayerDefinition.Assignment;
import dev.muster.api.Message;
import dev.muster.api.MusterException;
import dev.muster.api.StackBuilder;
import dev.muster.api.StackDefinition;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real members on loopback, looked at by the command and in JMX. */
class ProbeTest {

    private static final String GROUP = "probed-" + ProcessHandle.current().pid();

    @TempDir
    private Path folder;

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A member alone, on the default stack. */
    private static Channel member(String... assignments) {
        int start = freePort();
        return member("anna", start, start, assignments);
    }

    private static Channel member(String name, int start, int founder, String... assignments) {
        StackDefinition named = StackBuilder.named("default", Map.of("muster.start_port", String.valueOf(start),
                "muster.end_port", String.valueOf(start), "muster.initial_hosts", "127.0.0.1[" + founder + "]")).definition();
        List<LayerDefinition> layers = new ArrayList<>(named.layers());
        List<Assignment> more = new ArrayList<>(layers.get(0).assignments());
        for (String assignment : assignments) {
            more.removeIf(shipped -> assignment.startsWith(shipped.name() + "="));
            more.add(new Assignment(assignment.split("=")[0], assignment.split("=")[1], "test"));
        }
        layers.set(0, new LayerDefinition(layers.get(0).protocol(), more, layers.get(0).origin()));
        return StackBuilder.of(new StackDefinition(named.origin(), layers, named.options())).name(name).build();
    }

    @Test
    void aMemberTellsItsViewItsStackItsCountersAndItsQueues() {
        int port = freePort();
        try (Channel channel = member("enable_diagnostics=true", "diagnostics_port=" + port)) {
            channel.connect(GROUP);
            Run run = Run.muster("probe", "--port", port);
            assertThat(run.status()).as(run.err()).isZero();
            assertThat(run.out()).contains("of group " + GROUP + " is CONNECTED", "view    [anna|", "waits   for nothing",
                    "outbox  0 bytes", "inbox   0 packets", "  GMS ", "max_credits=2M", "counted", "views=1");
        }
    }

    @Test
    void jsonIsAListOfMembersAndKeepsItsKeysAndTheirOrder() {
        int port = freePort();
        try (Channel channel = member("enable_diagnostics=true", "diagnostics_port=" + port)) {
            channel.connect(GROUP);
            Run run = Run.muster("probe", "--port", port, "--json");
            assertThat(run.status()).as(run.err()).isZero();
            List<String> lines = run.out().lines().toList();
            assertThat(lines).hasSize(3).startsWith("[").endsWith("]");
            assertThat(lines.get(1)).startsWith("{\"member\":\"anna\",\"id\":\"" + channel.address().id() + "\",\"cluster\":\""
                    + GROUP + "\",\"state\":\"CONNECTED\",\"view\":{\"id\":\"" + channel.view().id()
                    + "\",\"members\":[\"anna\"]},\"waits\":[],\"queues\":{\"outbox_bytes\":0,\"senders\":0,"
                    + "\"group_paused\":false,\"paused_members\":[],\"inbox_packets\":0,\"lanes\":[],\"barrier\":false,"
                    + "\"callback_failures\":0},\"stack\":[{\"protocol\":\"TCP\",\"settings\":{");
        }
    }

    @Test
    void aMessageThatIsStuckBehindACallbackIsExplainedByItsSenderAndByItsReceiver() throws InterruptedException {
        int port = freePort();
        int other = freePort();
        int founder = freePort();
        CountDownLatch gate = new CountDownLatch(1);
        try (Channel anna = member("anna", founder, founder, "enable_diagnostics=true", "diagnostics_port=" + port);
                Channel bert = member("bert", freePort(), founder, "enable_diagnostics=true", "diagnostics_port=" + other)) {
            anna.connect(GROUP);
            bert.receiver(message -> pass(gate)).connect(GROUP);
            for (int count = 0; count < 60; count++) {
                anna.sendAsync(Message.toAll(new byte[50_000]));
            }
            awaitProbe(port, "FC has waited ", " ms for credit of bert: packets to the group: ");
            awaitProbe(other, "CHANNEL has waited ", " ms for application: the callback for messages of anna has not returned on"
                    + " thread muster-delivery-");
            gate.countDown();
            awaitProbe(port, "waits   for nothing");
            awaitProbe(other, "waits   for nothing");
        }
    }

    private static void pass(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitProbe(int port, String... texts) {
        Run run = Run.muster("probe", "--port", port);
        for (long end = System.nanoTime() + 60_000_000_000L; !Stream.of(texts).allMatch(run.out()::contains); ) {
            assertThat(System.nanoTime()).as("%s in %s", List.of(texts), run).isLessThan(end);
            run = Run.muster("probe", "--port", port);
        }
    }

    @Test
    void anUnknownHostIsSaid() {
        assertThat(Run.muster("probe", "--host", "no such host").err()).contains("--host no such host is unknown");
    }

    @Test
    void aPasscodeIsAskedForAndNeverShown() throws IOException {
        int port = freePort();
        Path right = Files.writeString(folder.resolve("right"), "open sesame\n");
        Path wrong = Files.writeString(folder.resolve("wrong"), "open barley\n");
        try (Channel channel = member("enable_diagnostics=true", "diagnostics_port=" + port,
                "diagnostics_passcode=open sesame")) {
            channel.connect(GROUP);
            assertThat(Run.muster("probe", "--port", port).err()).contains("the passcode is wrong or missing");
            assertThat(Run.muster("probe", "--port", port, "--passcode-file", wrong).status()).isEqualTo(1);
            Run run = Run.muster("probe", "--port", port, "--passcode-file", right);
            assertThat(run.status()).as(run.err()).isZero();
            assertThat(run.out()).contains("diagnostics_passcode=***").doesNotContain("sesame");
            assertThat(channel.describe()).doesNotContain("sesame");
        }
    }

    @Test
    void nothingListensUnlessItWasAskedFor() {
        int port = freePort();
        try (Channel channel = member("diagnostics_port=" + port)) {
            channel.connect(GROUP);
            Run run = Run.muster("probe", "--port", port);
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err()).contains("no member answers", "enable_diagnostics=true");
            assertThat(beans()).isEmpty();
        }
    }

    @Test
    void beyondLoopbackAPasscodeIsDemanded() {
        assertThatThrownBy(() -> member("enable_diagnostics=true", "diagnostics_bind_addr=0.0.0.0"))
                .isInstanceOf(MusterException.class)
                .hasMessageContainingAll("diagnostics_bind_addr=0.0.0.0", "set diagnostics_passcode", "loopback");
    }

    @Test
    void membersOfOneHostTakeThePortsAfterTheFirst() {
        int port = freePort();
        try (Channel anna = member("enable_diagnostics=true", "diagnostics_port=" + port);
                Channel bert = member("enable_diagnostics=true", "diagnostics_port=" + port)) {
            anna.connect(GROUP);
            bert.connect(GROUP + "-other");
            assertThat(Run.muster("probe", "--port", port).out()).contains(GROUP + " is CONNECTED");
            int next = port + 1;
            while (!Run.muster("probe", "--port", next).out().contains(GROUP + "-other is CONNECTED")) {
                next++;
                assertThat(next).isLessThan(port + 32);
            }
        }
    }

    @Test
    void aBeanShowsTheSameForAsLongAsTheMemberLives() throws Exception {
        int port = freePort();
        try (Channel channel = member("enable_diagnostics=true", "diagnostics_port=" + port)) {
            channel.connect(GROUP);
            ObjectName bean = beans().iterator().next();
            var server = ManagementFactory.getPlatformMBeanServer();
            assertThat(server.getAttribute(bean, "Member")).isEqualTo("anna");
            assertThat(server.getAttribute(bean, "Cluster")).isEqualTo(GROUP);
            assertThat(server.getAttribute(bean, "State")).isEqualTo("CONNECTED");
            assertThat(server.getAttribute(bean, "View").toString()).contains("anna");
            assertThat((String[]) server.getAttribute(bean, "Waits")).isEmpty();
            assertThat((String) server.invoke(bean, "diagnose", null, null)).startsWith("{\"member\":\"anna\"");
            assertThat(server.getMBeanInfo(bean).getAttributes()).noneMatch(attribute -> attribute.isWritable());
            channel.disconnect();
            assertThat(beans()).isEmpty();
        }
    }

    private static Set<ObjectName> beans() {
        try {
            return ManagementFactory.getPlatformMBeanServer()
                    .queryNames(new ObjectName("dev.muster:type=Channel,*"), null);
        } catch (javax.management.MalformedObjectNameException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whoeverFloodsThePortWithGarbageHarmsNobody() throws Exception {
        int port = freePort();
        SplittableRandom random = new SplittableRandom(1);
        try (Channel channel = member("enable_diagnostics=true", "diagnostics_port=" + port)) {
            channel.connect(GROUP);
            List<Socket> silent = new ArrayList<>();
            for (int count = 0; count < 300; count++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                silent.add(socket);
                byte[] garbage = new byte[random.nextInt(2_000)];
                random.nextBytes(garbage);
                try {
                    socket.getOutputStream().write(count % 3 == 0 ? garbage
                            : count % 3 == 1 ? "PROBE JSON -\n".getBytes(StandardCharsets.US_ASCII) : new byte[0]);
                } catch (IOException refused) {
                    assertThat(socket.isConnected()).isTrue();
                }
            }
            channel.send("still here".getBytes(StandardCharsets.UTF_8));
            for (Socket socket : silent) {
                socket.close();
            }
            Run run = Run.muster("probe", "--port", port);
            for (long end = System.nanoTime() + 30_000_000_000L; run.status() != 0 && System.nanoTime() < end; ) {
                run = Run.muster("probe", "--port", port);
            }
            assertThat(run.out()).as(run.err()).contains("CONNECTED");
        }
    }
}
