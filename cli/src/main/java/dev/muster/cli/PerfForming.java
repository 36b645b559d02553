package dev.muster.cli;

import dev.muster.cli.perf.Contestant;
import dev.muster.cli.perf.Inbox;
import dev.muster.cli.perf.Node;
import dev.muster.cli.perf.Seat;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Many members in one process, each joined by a thread that ends then. A small group goes before, so that classes are loaded.
 *
 * <pre>
 * tells    formed MICROS CPU_MICROS THREADS HEAP_BYTES (what is there more than before) | failed WHY
 * </pre>
 */
@Command(name = "perf-forming", hidden = true)
final class PerfForming implements Callable<Integer> {

    private static final int FIRST_PORT = 21_000;
    private static final int SMALL = 10;

    @Spec
    private CommandSpec spec;

    @Option(names = "--name", required = true)
    private String name;

    @Option(names = "--contestant", required = true)
    private String contestantName;

    @Option(names = "--count", required = true)
    private int count;

    @Mixin
    private StackSource stack;

    PerfForming() {}

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try {
            Contestant contestant = Contestants.of(contestantName, stack, failure -> MemberLine.tell(out, "failed", failure));
            for (Node node : form(contestant, "small", SMALL)) {
                node.close();
            }
            int threads = Thread.activeCount();
            long heap = heap();
            Duration cpu = PerfMember.cpu();
            long begin = System.nanoTime();
            List<Node> nodes = form(contestant, "large", count);
            long formed = System.nanoTime();
            Duration cpuAfter = PerfMember.cpu();
            MemberLine.tell(out, "formed", (formed - begin) / 1_000, cpuAfter.minus(cpu).toNanos() / 1_000,
                    Thread.activeCount() - threads, heap() - heap, nodes.size());
            return 0;
        } catch (IOException | ExecutionException e) {
            MemberLine.tell(out, "failed", e);
            return 1;
        }
    }

    private static List<Node> form(Contestant contestant, String run, int members)
            throws InterruptedException, ExecutionException {
        List<Integer> ports = IntStream.range(FIRST_PORT, FIRST_PORT + members).boxed().toList();
        ExecutorService joining = Executors.newFixedThreadPool(members);
        List<Future<Node>> joined = new ArrayList<>();
        for (int member = 0; member < members; member++) {
            Seat seat = new Seat(run, member, ports);
            joined.add(joining.submit(() -> contestant.join(seat, new Inbox(() -> { }, word -> { }, view -> { }))));
        }
        List<Node> nodes = new ArrayList<>();
        for (Future<Node> each : joined) {
            nodes.add(each.get());
        }
        joining.shutdown();
        joining.awaitTermination(1, TimeUnit.MINUTES);
        return nodes;
    }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
