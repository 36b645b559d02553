package dev.muster.cli;

import com.sun.management.ThreadMXBean;
import dev.muster.api.MusterException;
import dev.muster.cli.perf.Contestant;
import dev.muster.cli.perf.Inbox;
import dev.muster.cli.perf.Node;
import dev.muster.cli.perf.RoundTrips;
import dev.muster.cli.perf.Seat;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * One member of a measurement, in a process of its own.
 *
 * <pre>
 * orders   connect | watch | dawdle NANOSECONDS | prepare SENDERS TO | send BYTES MILLISECONDS TO | report
 *          | echo BYTES | ping BYTES MILLISECONDS CALLBACK|BLOCKING|CALL TO | quit
 *          SENDERS: members from 0 on that will send; TO: the member they send to, -1 for the group
 * tells    ready | view MEMBERS | joined | prepared | sent COUNT (at the time of the first send)
 *          | done DELIVERED LOST OUT_OF_ORDER LONGEST_GAP_NANOS (at the time of the last delivery)
 *          | report CPU_MICROS ALLOCATED_BYTES (since it was prepared)
 *          | pinged P50 P99 P999 MOST (nanoseconds) | failed WHY
 * </pre>
 */
@Command(name = "perf-member", hidden = true)
final class PerfMember implements Callable<Integer> {

    private static final int CLOCK_EVERY = 64;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Spec
    private CommandSpec spec;

    @Option(names = "--name", required = true)
    private String name;

    @Option(names = "--run", required = true)
    private String run;

    @Option(names = "--contestant", defaultValue = Contestants.MUSTER)
    private String contestantName;

    @Option(names = "--member", required = true)
    private int member;

    @Option(names = "--ports", split = ",", required = true)
    private List<Integer> ports = new ArrayList<>();

    @Mixin
    private StackSource stack;

    private final Inbox inbox = new Inbox(this::done, this::thereAndBack, this::view);
    private PrintWriter out;
    private Contestant contestant;
    private volatile Node node;
    private volatile RoundTrips roundTrips;
    private volatile byte[] echo = new byte[Inbox.LEAST_BYTES];
    private int awaited;
    private Duration cpuBefore = Duration.ZERO;
    private long allocatedBefore;

    PerfMember() {}

    @Override
    public Integer call() throws IOException {
        out = spec.commandLine().getOut();
        MemberLine.tell(out, "ready");
        try (BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String order = orders.readLine(); order != null && !order.equals("quit"); order = orders.readLine()) {
                obey(order.split(" "));
            }
            if (node != null) {
                node.close();
            }
        } catch (IOException | MusterException e) {
            return failed(e);
        } catch (Exception e) {
            // whatever else a contestant throws
            return failed(e);
        }
        return 0;
    }

    private int failed(Throwable e) {
        MemberLine.tell(out, "failed", e instanceof MusterException ? e.getMessage() : e.toString());
        return 1;
    }

    private void obey(String[] order) throws Exception {
        switch (order[0]) {
            case "connect" -> {
                contestant = Contestants.of(contestantName, stack,
                        failure -> MemberLine.tell(out, "failed", "callback: " + failure));
                node = contestant.join(new Seat(run, member, ports), inbox);
                MemberLine.tell(out, "joined");
            }
            case "watch" -> inbox.watch();
            case "dawdle" -> inbox.dawdle(Long.parseLong(order[1]));
            case "prepare" -> prepare(Integer.parseInt(order[1]), Integer.parseInt(order[2]));
            case "send" -> send(Integer.parseInt(order[1]), Long.parseLong(order[2]), Integer.parseInt(order[3]));
            case "report" -> MemberLine.tell(out, "report", cpu().minus(cpuBefore).toNanos() / 1_000, allocated() - allocatedBefore);
            case "echo" -> {
                echo = new byte[Integer.parseInt(order[1])];
                MemberLine.tell(out, "prepared");
            }
            case "ping" -> ping(Integer.parseInt(order[1]), Long.parseLong(order[2]), RoundTrips.Mode.valueOf(order[3]),
                    Integer.parseInt(order[4]));
            default -> MemberLine.tell(out, "failed", "unknown order " + order[0]);
        }
    }

    private void prepare(int senders, int to) {
        boolean self = member < senders && !contestant.deliversToSender();
        boolean receives = to < 0 || to == member;
        awaited = receives ? senders - (self ? 1 : 0) : 0;
        inbox.prepare(ports.size(), awaited);
        cpuBefore = cpu();
        allocatedBefore = allocated();
        MemberLine.tell(out, "prepared");
        if (awaited == 0) {
            done();
        }
    }

    /** Send numbered messages for a time, as fast as the stack takes them, then how many they were. */
    private void send(int bytes, long millis, int to) throws Exception {
        byte[] payload = new byte[bytes];
        long first = MemberLine.nowMicros();
        long end = System.nanoTime() + millis * 1_000_000;
        long sent = 0;
        while (sent % CLOCK_EVERY != 0 || System.nanoTime() < end) {
            Inbox.write(payload, Inbox.word(member, ++sent));
            send(payload, to);
        }
        Inbox.write(payload, Inbox.other(Inbox.LAST, member, sent));
        send(payload, to);
        MemberLine.tellAt(out, first, "sent", sent);
    }

    private void send(byte[] payload, int to) throws Exception {
        if (to < 0) {
            node.sendToAll(payload, payload.length);
        } else {
            node.sendTo(to, payload, payload.length);
        }
    }

    private void ping(int bytes, long millis, RoundTrips.Mode mode, int to) throws Exception {
        RoundTrips trips = new RoundTrips(node, member, to, bytes, mode);
        roundTrips = trips;
        long[] sorted = trips.run(millis);
        MemberLine.tell(out, "pinged", sorted[sorted.length / 2], sorted[(int) (sorted.length * 0.99)],
                sorted[(int) (sorted.length * 0.999)], sorted[sorted.length - 1]);
    }

    private void thereAndBack(long word) {
        try {
            if (Inbox.kind(word) == Inbox.PONG) {
                roundTrips.back((int) Inbox.number(word));
            } else {
                Inbox.write(echo, Inbox.other(Inbox.PONG, member, Inbox.number(word)));
                node.sendTo(Inbox.sender(word), echo, echo.length);
            }
        } catch (Exception e) {
            failed(e);
        }
    }

    private void view(int members) {
        MemberLine.tell(out, "view", members);
    }

    private void done() {
        long last = MemberLine.nowMicros();
        Inbox.Tally tally = inbox.tally();
        MemberLine.tellAt(out, last, "done", tally.delivered(), tally.lost(), tally.outOfOrder(),
                tally.longestGapNanos());
    }

    /** User and system time of this process. */
    static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** By the threads that live now. */
    private static long allocated() {
        long bytes = 0;
        for (long each : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
            bytes += Math.max(0, each);
        }
        return bytes;
    }
}
