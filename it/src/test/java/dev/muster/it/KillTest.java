package dev.muster.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.it.MemberProcess.Said;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Three processes send at full rate, one is killed. The survivors agree on a view, have delivered the same up to it, and go
 * on. How long the new view took is told; that it comes at all is what is tested, since build machines are shared.
 */
class KillTest {

    private static final List<String> NAMES = List.of("a", "b", "c");

    @ParameterizedTest(name = "killing the member of rank {0}")
    @ValueSource(ints = {0, 1, 2})
    void survivorsAgreeHaveDeliveredTheSameAndGoOn(int rank) throws Exception {
        List<Integer> ports = freePorts();
        String hosts = ports.stream().map(port -> "127.0.0.1[" + port + "]").collect(Collectors.joining(","));
        List<MemberProcess> members = new ArrayList<>();
        try {
            for (int i = 0; i < NAMES.size(); i++) {
                members.add(new MemberProcess(NAMES.get(i), ports.get(i), hosts));
                members.get(i).await("its first view", line -> line.text().startsWith("view "));
            }
            for (MemberProcess member : members) {
                member.await("the view of three", line -> line.text().matches("view \\d+\\|a:b:c\\|.*"));
            }
            members.forEach(member -> member.tell("!"));
            awaitLoad(members);
            killAndCheck(members, rank);
        } finally {
            members.forEach(MemberProcess::close);
        }
    }

    /** Everybody has delivered something of everybody, and then a random amount more. */
    private static void awaitLoad(List<MemberProcess> members) throws InterruptedException {
        long more = 50_000 + new Random().nextInt(100_000);
        for (MemberProcess member : members) {
            member.await("messages of everybody", line -> line.text().startsWith("progress ")
                    && NAMES.stream().allMatch(name -> count(line.rest(), name) > 0)
                    && NAMES.stream().mapToLong(name -> count(line.rest(), name)).sum() > more);
        }
    }

    private static void killAndCheck(List<MemberProcess> members, int rank) throws InterruptedException, IOException {
        MemberProcess victim = members.get(rank);
        List<MemberProcess> survivors = members.stream().filter(member -> member != victim).toList();
        String names = survivors.stream().map(MemberProcess::name).collect(Collectors.joining(":"));
        Instant moment = Instant.now();
        long killed = System.nanoTime();
        victim.kill();

        List<Said> views = new ArrayList<>();
        for (MemberProcess survivor : survivors) {
            views.add(survivor.await("the view of " + names, line -> line.nanos() > killed
                    && line.text().matches("view \\d+\\|" + names + "\\|.*")));
        }
        long last = views.stream().mapToLong(Said::nanos).max().orElseThrow();
        for (MemberProcess survivor : survivors) {
            System.out.println("killed " + victim.name() + ": " + survivor.name() + " was sure of it after "
                    + survivor.sureOfADeathAfter(moment).map(sure -> moment.until(sure, ChronoUnit.MILLIS) + " ms")
                            .orElse("the other one was"));
        }
        System.out.println("killed " + victim.name() + ": the new view was at the last survivor after "
                + (last - killed) / 1_000_000 + " ms; delivered before it: " + views.get(0).rest());
        assertThat(views.get(1).rest()).as("view, members, and what was delivered before it").isEqualTo(views.get(0).rest());

        goOn(survivors, views.get(0).rest());
    }

    /** After the view both still deliver from both; and in the end each has everything that was sent. */
    private static void goOn(List<MemberProcess> survivors, String atView) throws InterruptedException {
        for (MemberProcess survivor : survivors) {
            survivor.await("messages of both survivors after the view", line -> line.text().startsWith("progress ")
                    && survivors.stream().allMatch(sender ->
                            count(line.rest(), sender.name()) > count(atView, sender.name()) + 10_000));
        }
        survivors.forEach(survivor -> survivor.tell("\n"));
        List<Long> sent = new ArrayList<>();
        for (MemberProcess survivor : survivors) {
            Said number = survivor.await("the number of its messages", line -> line.text().startsWith("sent "));
            sent.add(Long.valueOf(number.rest()));
        }
        for (MemberProcess survivor : survivors) {
            survivor.await("everything that was sent: " + sent, line -> line.text().startsWith("progress ")
                    && count(line.rest(), survivors.get(0).name()) == sent.get(0)
                    && count(line.rest(), survivors.get(1).name()) == sent.get(1));
        }
    }

    private static long count(String counts, String name) {
        for (String part : counts.substring(counts.lastIndexOf('|') + 1).split(",")) {
            if (part.startsWith(name + "=")) {
                return Long.parseLong(part.substring(name.length() + 1));
            }
        }
        return 0;
    }

    private static List<Integer> freePorts() throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < NAMES.size(); i++) {
            sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            ports.add(sockets.get(i).getLocalPort());
        }
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return ports;
    }
}
