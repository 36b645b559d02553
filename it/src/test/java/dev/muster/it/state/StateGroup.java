package dev.muster.it.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.it.FreePorts;
import dev.muster.it.Patience;
import dev.muster.it.ToldProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Members with large states in processes with small heaps. Closing the group kills them. */
final class StateGroup implements AutoCloseable {

    private static final int PORTS = 6;

    private final Path directory;
    private final String heap;
    private final long stateBytes;
    private final int firstPort = FreePorts.inARow(PORTS);
    private final String hosts = IntStream.range(firstPort, firstPort + PORTS).mapToObj(port -> "127.0.0.1[" + port + "]")
            .collect(Collectors.joining(","));
    private final List<ToldProcess> members = new ArrayList<>();

    StateGroup(Path directory, String heap, long stateBytes) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.heap = heap;
        this.stateBytes = stateBytes;
    }

    /** Start so many, one after the other, and have them in one view. */
    List<ToldProcess> found(int size) throws IOException {
        while (members.size() < size) {
            start().order("connect");
            awaitView(members.size());
        }
        return List.copyOf(members);
    }

    /** One more process, which has not connected. */
    ToldProcess start() throws IOException {
        int number = members.size();
        ToldProcess member = ToldProcess.start(StateMember.class, heap, directory, "" + (char) ('a' + number),
                String.valueOf(firstPort + number), hosts, String.valueOf(stateBytes));
        members.add(member);
        return member;
    }

    void kill(ToldProcess member) {
        members.remove(member);
        member.kill();
    }

    void awaitView(int size) {
        Patience.await(() -> "a view of " + size + " at " + members,
                () -> members.stream().allMatch(member -> member.number("view") == size));
    }

    /** All that have been started and not killed. */
    List<ToldProcess> members() {
        return List.copyOf(members);
    }

    /** Start one more and let it join with the state. */
    ToldProcess join() throws IOException {
        ToldProcess newcomer = start();
        newcomer.order("join");
        return newcomer;
    }

    /** A newcomer has taken so much of the state, but not all. */
    void awaitTaken(ToldProcess newcomer, long bytes) {
        Patience.await(() -> bytes + " bytes of the state at " + newcomer, () -> newcomer.number("taken") >= bytes);
        assertThat(newcomer.number("joined")).isZero();
    }

    void awaitJoined(ToldProcess newcomer) {
        Patience.await(() -> "the state at " + newcomer, () -> newcomer.number("joined") > 0);
    }

    /** Everybody has been given so many more messages, and has met with nothing wrong. */
    void awaitMessages(int more) {
        List<Long> before = members.stream().map(member -> member.number("delivered")).toList();
        Patience.await(() -> more + " more messages at " + members, () -> IntStream.range(0, members.size())
                .allMatch(index -> members.get(index).number("delivered") >= before.get(index) + more));
        assertThat(members).allSatisfy(member -> assertThat(member.told("error")).isNull());
    }

    @Override
    public void close() {
        members.forEach(ToldProcess::close);
    }
}
