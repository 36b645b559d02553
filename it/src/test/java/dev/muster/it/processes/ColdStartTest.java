package dev.muster.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.it.FreePorts;
import dev.muster.it.GroupMember;
import dev.muster.it.Patience;
import dev.muster.it.ToldProcess;
import dev.muster.it.ToldView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten processes that connect in the same moment end in one group, and never were in several that had to merge. It is to take
 * no longer than discovery and two seconds more, which is told and not asserted: build machines are shared.
 *
 * <p>{@code -Dmuster.coldstarts=10} asks for more runs of each kind.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class ColdStartTest {

    private static final int MEMBERS = 10;

    private final int runs = Integer.getInteger("muster.coldstarts", 2);
    private final Figures figures = new Figures();

    @TempDir
    private Path directory;

    /** Where a member is to be found: its index among the ports from the first on. */
    @FunctionalInterface
    private interface Stack {
        List<String> of(int firstPort, int index);
    }

    @Test
    void withAListOfHosts() throws IOException {
        oneGroupEachTime("with a list of hosts", (firstPort, index) -> {
            String hosts = IntStream.range(firstPort, firstPort + MEMBERS).mapToObj(port -> "127.0.0.1[" + port + "]")
                    .collect(Collectors.joining(","));
            int port = firstPort + index;
            return List.of("default", "muster.start_port=" + port, "muster.end_port=" + port, "muster.initial_hosts=" + hosts);
        });
    }

    @Test
    void byMulticast() throws IOException {
        oneGroupEachTime("by multicast", (firstPort, index) -> List.of("udp", "muster.mcast_port=" + firstPort));
    }

    private void oneGroupEachTime(String what, Stack stack) throws IOException {
        try {
            for (int run = 0; run < runs; run++) {
                start(what, stack);
            }
        } finally {
            System.out.println(MEMBERS + " processes at once:\n" + figures);
        }
    }

    private void start(String what, Stack stack) throws IOException {
        int firstPort = FreePorts.inARow(MEMBERS);
        List<ToldProcess> members = new ArrayList<>();
        try {
            for (int index = 0; index < MEMBERS; index++) {
                List<String> arguments = new ArrayList<>(List.of("m" + index));
                arguments.addAll(stack.of(firstPort, index));
                members.add(ToldProcess.start("m" + index,
                        ToldProcess.java(List.of("-Xmx64m"), GroupMember.class, arguments), directory));
            }
            Patience.await(() -> "readiness of " + members, () -> members.stream().allMatch(m -> m.told("ready", true)));
            long began = ToldView.now();
            members.forEach(member -> member.order("connect"));
            Patience.await(() -> "one group of " + members, () -> isOneGroup(members));
            figures.took(what, began, members.stream().mapToLong(member -> ToldView.of(member).micros()).max().orElseThrow());
            assertThat(members).as("those who were in several groups first").noneMatch(m -> m.number("merges") > 0);
        } finally {
            members.forEach(ToldProcess::kill);
            members.forEach(ToldProcess::close);
        }
    }

    private static boolean isOneGroup(List<ToldProcess> members) {
        ToldView first = ToldView.of(members.get(0));
        return first.names().size() == MEMBERS
                && members.stream().allMatch(member -> ToldView.of(member).id().equals(first.id()));
    }
}
