package dev.muster.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** The script of the demo. Used by one thread. */
final class DemoRun {

    /** Whatever goes wrong, there is a verdict within half a minute. */
    private static final Duration ALL = Duration.ofSeconds(27);
    private static final Duration FORMING = Duration.ofSeconds(20);
    private static final Duration STEP = Duration.ofSeconds(10);
    private static final int SHOWN = 3;
    private static final int LEAST_BEFORE_NEXT_STEP = 1_000;

    /** What is known of one member. */
    private static final class Known {
        boolean ready;
        boolean connected;
        boolean ended;
        String failure = "";
        String viewId = "";
        String view = "";
        String viewMembers = "";
        long viewMicros;
        final List<String> entries = new ArrayList<>();
        long progress;
        long sent = -1;
        long stateMicros;
        String stateBytes = "";
        String stateEntries = "";
        String digest = "";
        long total;
        long outOfOrder;
        String positions = "";

        boolean sees(int members) {
            return !viewMembers.isEmpty() && viewMembers.split(" ").length == members;
        }
    }

    private final List<String> names;
    private final String victim;
    private final int rate;
    private final StackSource stack;
    private final Timeline timeline;
    private final DemoVerdict verdict = new DemoVerdict();
    private final Map<String, Known> known = new LinkedHashMap<>();
    private Members members;

    DemoRun(int count, String victim, int rate, StackSource stack, Timeline timeline) {
        this.names = IntStream.rangeClosed(1, count).mapToObj(number -> "m" + number).toList();
        this.victim = victim;
        this.rate = rate;
        this.stack = stack;
        this.timeline = timeline;
    }

    boolean knows(String name) {
        return names.contains(name);
    }

    DemoVerdict run() {
        String cluster = "demo-" + ProcessHandle.current().pid();
        List<String> arguments = new ArrayList<>(List.of("demo-member", "--cluster", cluster));
        arguments.addAll(stack.arguments());
        List<String> jvm = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m");
        try (Members started = new Members(names, jvm, arguments, this::heard)) {
            members = started;
            boolean through = form() && replicate() && kill() && restart() && compare();
            verdict.figure("members", names.size());
            verdict.figure("stack", stack.shown());
            verdict.figure("complete", through);
        }
        verdict.figure("seconds", Math.round(timeline.seconds() * 1000) / 1000.0);
        timeline.heading("Verdict");
        verdict.promises().forEach(promise ->
                timeline.verdict(promise.kept(), promise.name() + ": " + promise.detail()));
        return verdict;
    }

    private boolean form() {
        timeline.heading(names.size() + " members, each a process of its own, stack " + stack.shown() + ", ports "
                + members.ports().values());
        for (String name : names) {
            start(name, name);
        }
        boolean ready = await(FORMING, () -> all(member -> member.ready));
        members.sayToAll("connect");
        boolean formed = ready && await(FORMING, () -> agreed(names.size()) && all(member -> member.connected));
        return verdict.promise("a group forms", formed,
                formed ? "all " + names.size() + " members agree on view " + anyone().view : trouble());
    }

    private void start(String name, String writer) {
        known.put(name, new Known());
        MemberProcess process = members.start(name, "--writer", writer);
        timeline.event(MemberLine.nowMicros(), name, "process " + process.pid() + " starts");
    }

    private boolean replicate() {
        timeline.heading("Every member writes " + SHOWN + " entries to the replicated map");
        members.sayToAll("put " + SHOWN);
        int expected = SHOWN * names.size();
        boolean arrived = await(STEP, () -> all(member -> member.entries.size() >= expected));
        known.forEach((name, member) ->
                timeline.event(MemberLine.nowMicros(), name, "got " + String.join(" ", member.entries)));
        timeline.heading("From now on every member writes " + rate + " entries a second");
        members.sayToAll("load " + rate);
        boolean flowing = arrived && progressed();
        return verdict.promise("messages arrive everywhere", flowing, flowing
                ? expected + " entries at each of " + names.size() + " members, then " + rate + " a second from each"
                : trouble());
    }

    private boolean kill() {
        timeline.heading("The process of " + victim + " is killed (SIGKILL)");
        long killed = MemberLine.nowMicros();
        members.kill(victim);
        known.remove(victim);
        timeline.event(killed, victim, "is gone");
        boolean noticed = await(STEP, () -> agreed(names.size() - 1));
        double millis = (known.values().stream().mapToLong(member -> member.viewMicros).max().orElse(0) - killed) / 1e3;
        verdict.figure("killToViewMillis", noticed ? millis : null);
        return verdict.promise("the others go on without " + victim, noticed, noticed ? String.format(Locale.ROOT,
                "view %s at the last survivor %.1f ms after the kill", anyone().view, millis) : trouble())
                && verdict.promise("survivors keep sending", progressed(), "under load all the time");
    }

    private boolean restart() {
        timeline.heading(victim + " starts again, and asks for the state");
        start(victim, victim + "'");
        Known member = known.get(victim);
        boolean ready = await(STEP, () -> member.ready);
        long asked = MemberLine.nowMicros();
        members.member(victim).say("connect-with-state");
        boolean joined = ready && await(STEP, () -> agreed(names.size()) && member.connected
                && member.stateMicros > 0);
        double millis = (member.stateMicros - asked) / 1e3;
        verdict.figure("stateMillis", joined ? millis : null);
        if (!verdict.promise("the state comes to " + victim, joined, joined ? String.format(Locale.ROOT,
                "%s entries, %s bytes, %.1f ms from asking to join", member.stateEntries, member.stateBytes, millis)
                : trouble())) {
            return false;
        }
        members.member(victim).say("load " + rate);
        return verdict.promise("it takes part again", progressed(), "sends and receives like the others");
    }

    private boolean compare() {
        timeline.heading("Everybody stops writing; states are compared");
        members.sayToAll("load 0");
        await(STEP, () -> all(member -> member.sent >= 0));
        boolean equal = false;
        for (int attempt = 0; attempt < 30 && !equal; attempt++) {
            known.values().forEach(member -> member.digest = "");
            members.sayToAll("digest");
            await(STEP, () -> all(member -> !member.digest.isEmpty()));
            equal = isComplete();
            if (!equal) {
                pause();
            }
        }
        known.forEach((name, member) -> timeline.event(MemberLine.nowMicros(), name,
                "digest " + member.digest + " of " + member.total + " entries " + member.positions));
        long disorder = known.values().stream().mapToLong(member -> member.outOfOrder).sum();
        verdict.promise("each sender's entries came in its order, once", disorder == 0,
                disorder == 0 ? anyone().total + " entries everywhere" : disorder + " came out of order");
        verdict.figure("digests", digests());
        return verdict.promise("all states are equal", equal,
                equal ? "digest " + anyone().digest : digests() + "; " + trouble());
    }

    /** Wait for what is still on its way, listening all the while. */
    private void pause() {
        await(Duration.ofMillis(100), () -> false);
    }

    private boolean isComplete() {
        Set<String> digests = new LinkedHashSet<>(digests().values());
        return digests.size() == 1 && !digests.contains("") && known.entrySet().stream().allMatch(entry ->
                entry.getValue().positions.replace('}', ',')
                        .contains(writer(entry.getKey()) + "=" + entry.getValue().sent + ","));
    }

    private String writer(String name) {
        return name.equals(victim) ? victim + "'" : name;
    }

    private Map<String, String> digests() {
        Map<String, String> digests = new LinkedHashMap<>();
        known.forEach((name, member) -> digests.put(name, member.digest));
        return digests;
    }

    /** Wait, but not for members that will never come. */
    private boolean await(Duration limit, BooleanSupplier condition) {
        long left = Math.max(0, ALL.toMillis() - (long) (timeline.seconds() * 1000));
        members.await(Duration.ofMillis(Math.min(left, limit.toMillis())), () -> condition.getAsBoolean() || known.values().stream().anyMatch(member -> member.ended));
        return condition.getAsBoolean();
    }

    private boolean all(Predicate<Known> condition) {
        return known.values().stream().allMatch(condition);
    }

    private Known anyone() {
        return known.values().iterator().next();
    }

    private boolean agreed(int count) {
        String id = anyone().viewId;
        return all(member -> member.sees(count) && member.viewId.equals(id));
    }

    /** Wait until everybody has received so many more. */
    private boolean progressed() {
        long more = Math.max(LEAST_BEFORE_NEXT_STEP, rate);
        Map<Known, Long> before = new LinkedHashMap<>();
        known.values().forEach(member -> before.put(member, member.progress));
        BooleanSupplier further = () -> all(member -> member.progress >= before.getOrDefault(member, 0L) + more);
        return await(STEP, further);
    }

    /** Why a step was not finished, as far as members have said. */
    private String trouble() {
        List<String> said = new ArrayList<>();
        known.forEach((name, member) -> said.add(name + " " + (member.failure.isEmpty()
                ? "is in view " + (member.view.isEmpty() ? "none" : member.view + " (" + member.viewMembers + ")")
                : member.failure)));
        return "not in time; " + String.join(", ", said);
    }

    private void heard(MemberProcess process, MemberLine line) {
        Known member = known.get(process.name());
        if (member == null || !members.isRunning(process)) {
            return;
        }
        switch (line.event()) {
            case "ready" -> member.ready = true;
            case "connected" -> member.connected = true;
            case "view" -> view(process.name(), member, line);
            case "entry" -> member.entries.add(line.field(0) + "#" + line.field(1));
            case "progress" -> member.progress = line.number(0);
            case "sent" -> member.sent = line.number(0);
            case "state-taken" -> stateTaken(process.name(), member, line);
            case "digest" -> digest(member, line);
            case "failed" -> failed(process.name(), member, line, line.field(0));
            case "ended" -> {
                member.ended = true;
                failed(process.name(), member, line, "the process has ended");
            }
            default -> { }
        }
    }

    private void view(String name, Known member, MemberLine line) {
        member.view = line.field(0);
        member.viewMembers = line.field(1);
        member.viewId = line.field(2);
        member.viewMicros = line.micros();
        timeline.event(line.micros(), name, "view " + member.view + ": " + member.viewMembers);
    }

    private void stateTaken(String name, Known member, MemberLine line) {
        member.stateMicros = line.micros();
        member.stateBytes = line.field(0);
        member.stateEntries = line.field(1);
        member.progress = line.number(2);
        timeline.event(line.micros(), name, "state taken: " + member.stateEntries + " entries, " + member.stateBytes + " bytes");
    }

    private static void digest(Known member, MemberLine line) {
        member.digest = line.field(0);
        member.total = line.number(1);
        member.outOfOrder = line.number(2);
        member.positions = line.field(3);
    }

    private void failed(String name, Known member, MemberLine line, String why) {
        member.failure = member.failure.isEmpty() ? why : member.failure;
        timeline.event(line.micros(), name, why);
    }
}
