package dev.muster.cli;

import dev.muster.api.Channel;
import dev.muster.api.ChannelListener;
import dev.muster.api.MusterException;
import dev.muster.api.StackBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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
 * orders   connect | prepare SENDERS | send BYTES MILLISECONDS | quit
 * tells    ready | view SIZE | prepared | sent COUNT (at the time of the first send)
 *          | done DELIVERED LOST OUT_OF_ORDER CPU_MICROS (at the time of the last delivery) | failed WHY
 * </pre>
 */
@Command(name = "perf-member", hidden = true)
final class PerfMember implements Callable<Integer>, ChannelListener {

    private static final int CLOCK_EVERY = 64;

    @Spec
    private CommandSpec spec;

    @Option(names = "--name", required = true)
    private String name;

    @Option(names = "--cluster", required = true)
    private String cluster;

    @Option(names = "--plain", description = "receive message by message")
    private boolean plain;

    @Mixin
    private StackSource stack;

    private PrintWriter out;
    private Channel channel;

    PerfMember() {}

    @Override
    public Integer call() throws IOException {
        out = spec.commandLine().getOut();
        try (Channel opened = StackBuilder.of(stack.definition()).name(name).build()) {
            channel = opened.listener(this);
            PerfReceiver receiver = new PerfReceiver(this::done,
                    view -> MemberLine.tell(out, "view", view.size()));
            channel.receiver(plain ? receiver.plain() : receiver);
            MemberLine.tell(out, "ready");
            BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String order = orders.readLine(); order != null && !order.equals("quit"); order = orders.readLine()) {
                obey(order.split(" "), receiver);
            }
        } catch (MusterException e) {
            MemberLine.tell(out, "failed", e.getMessage());
            return 1;
        }
        return 0;
    }

    private void obey(String[] order, PerfReceiver receiver) {
        switch (order[0]) {
            case "connect" -> channel.connect(cluster);
            case "prepare" -> {
                receiver.prepare(Integer.parseInt(order[1]), cpu());
                MemberLine.tell(out, "prepared");
            }
            case "send" -> send(Integer.parseInt(order[1]), Duration.ofMillis(Long.parseLong(order[2])));
            default -> MemberLine.tell(out, "failed", "unknown order " + order[0]);
        }
    }

    /** Send numbered messages for a time, as fast as the stack takes them, then how many they were. */
    private void send(int bytes, Duration time) {
        byte[] payload = new byte[bytes];
        long first = MemberLine.nowMicros();
        long end = System.nanoTime() + time.toNanos();
        long sent = 0;
        while (sent % CLOCK_EVERY != 0 || System.nanoTime() < end) {
            PerfReceiver.write(payload, ++sent);
            channel.send(null, payload, 0, bytes);
        }
        PerfReceiver.write(payload, -sent);
        channel.send(null, payload, 0, bytes);
        MemberLine.tellAt(out, first, "sent", sent);
    }

    private void done(PerfReceiver.Tally tally) {
        MemberLine.tellAt(out, tally.lastMicros(), "done", tally.delivered(), tally.lost(), tally.outOfOrder(),
                (cpu().toNanos() - tally.cpuBefore().toNanos()) / 1_000);
    }

    @Override
    public void callbackFailed(Channel failing, Throwable failure) {
        MemberLine.tell(out, "failed", "callback: " + failure);
    }

    /** User and system time of this process. */
    private static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }
}
