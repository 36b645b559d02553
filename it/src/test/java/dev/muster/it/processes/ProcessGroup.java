package dev.muster.it.processes;

import dev.muster.it.FreePorts;
import dev.muster.it.Patience;
import dev.muster.it.ToldView;
import dev.muster.it.processes.RecordedHistory.LifeLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Members in processes, one group, in rounds. A round begins and ends with everybody in one view and nothing under way; in
 * between all send at full rate. Closing the group kills all processes. For one thread.
 */
final class ProcessGroup implements AutoCloseable {

    private final Path directory;
    private final int firstPort;
    private final int typicalBytes;
    private final String hosts;
    private final Map<Integer, Integer> livesAtPort = new HashMap<>();
    private final List<MemberProcess> running = new ArrayList<>();
    private final List<MemberProcess> inRound = new ArrayList<>();
    private int round;
    private long roundBegan;

    /**
     * Start a group: all are in one view, and no round has begun.
     *
     * @param size number of members
     * @param typicalBytes length of most messages; a few are much longer
     * @param directory for what the processes write
     */
    ProcessGroup(int size, int typicalBytes, Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.typicalBytes = typicalBytes;
        firstPort = FreePorts.inARow(size);
        hosts = IntStream.range(firstPort, firstPort + size).mapToObj(port -> "127.0.0.1[" + port + "]")
                .collect(Collectors.joining(","));
        try {
            start(firstPort);
            awaitView(running);
            for (int port = firstPort + 1; port < firstPort + size; port++) {
                start(port);
            }
            awaitView(running);
        } catch (IOException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private MemberProcess start(int port) throws IOException {
        String name = (char) ('a' + port - firstPort) + "" + livesAtPort.merge(port, 1, Integer::sum);
        MemberProcess member = MemberProcess.start(name, port, hosts, typicalBytes, directory);
        running.add(member);
        inRound.add(member);
        member.begin("connect", round, logOf(member));
        return member;
    }

    private Path logOf(MemberProcess member) {
        return directory.resolve("round" + round + "-" + member.name() + ".log");
    }

    /** All who have not been killed. */
    List<MemberProcess> running() {
        return List.copyOf(running);
    }

    /** All who have not been killed, but those. */
    List<MemberProcess> runningBut(Collection<MemberProcess> some) {
        return running.stream().filter(member -> !some.contains(member)).toList();
    }

    /** All begin to send, and each has been given messages of all. */
    void beginRound() {
        round++;
        roundBegan = ToldView.now();
        inRound.clear();
        inRound.addAll(running);
        running.forEach(member -> member.begin("round", round, logOf(member)));
        Patience.await(() -> "everybody in round " + round + ": " + running, () -> allTold("ready", round));
        running.forEach(member -> member.order("go"));
        awaitTalk(running);
    }

    /** SIGKILL: the process can do nothing about it. */
    void kill(MemberProcess victim) {
        victim.kill();
        running.remove(victim);
    }

    /** A new life on the port of a process that was killed; it sends at full rate once it is in. */
    void startAgain(MemberProcess killed) throws IOException {
        start(killed.port()).order("go");
    }

    /**
     * Wait until members have one view with nobody else in it.
     *
     * @param who these
     * @return the microseconds at which the last of them installed it
     */
    long awaitView(Collection<MemberProcess> who) {
        Set<String> names = who.stream().map(MemberProcess::name).collect(Collectors.toSet());
        Patience.await(() -> "one view of exactly " + names + " at " + who, () -> {
            ToldView first = who.iterator().next().view();
            return first.names().equals(names) && who.stream().allMatch(member -> member.view().id().equals(first.id()));
        });
        return who.stream().mapToLong(member -> member.view().micros()).max().orElseThrow();
    }

    /** Wait until members have been given messages of everybody in their view. */
    void awaitTalk(Collection<MemberProcess> who) {
        Patience.await(() -> "messages of everybody at " + who, () -> who.stream().allMatch(member ->
                member.told("heard", round + " " + member.view().id())));
    }

    /** Wait until members have been given so many more messages. */
    void awaitMessages(Collection<MemberProcess> who, int more) {
        Map<MemberProcess, Long> before = who.stream().collect(Collectors.toMap(member -> member, ProcessGroup::delivered));
        Patience.await(() -> more + " more messages at " + who, () -> who.stream().allMatch(member ->
                delivered(member) >= before.get(member) + more));
    }

    private static long delivered(MemberProcess member) {
        String count = member.told("delivered");
        return count == null ? 0 : Long.parseLong(count);
    }

    /** Watch for a while that nobody installs a view. */
    void keepsItsViewFor(Duration duration) {
        Set<ToldView> before = views(running);
        Patience.never(duration, "a view other than " + before + " at " + running, () -> !views(running).equals(before));
    }

    private static Set<ToldView> views(Collection<MemberProcess> who) {
        return who.stream().map(MemberProcess::view).collect(Collectors.toSet());
    }

    /** All stop sending, and each has been given everything. */
    void endRound() {
        awaitView(running);
        awaitTalk(running);
        running.forEach(member -> member.order("halt"));
        Patience.await(() -> "everybody silent at the end of round " + round + ": " + running, () -> allTold("halted", round));
        running.forEach(member -> member.order("last"));
        Patience.await(() -> "the last messages of round " + round + " at " + running, () -> allTold("quiet", round));
    }

    private boolean allTold(String word, Object what) {
        return running.stream().allMatch(member -> member.told(word, what));
    }

    /** What all who took part in the round that has ended wrote down. */
    RecordedHistory history(String origin) throws IOException {
        return RecordedHistory.read("round " + round + " of " + origin + ", logs in " + directory, roundBegan,
                inRound.stream().map(member -> new LifeLog(member.name(), member.log(), member.isKilled())).toList());
    }

    @Override
    public void close() {
        running.forEach(MemberProcess::kill);
        running.forEach(MemberProcess::close);
    }
}
