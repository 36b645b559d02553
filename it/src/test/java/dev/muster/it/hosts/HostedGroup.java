package dev.muster.it.hosts;

import dev.muster.it.GroupMember;
import dev.muster.it.Patience;
import dev.muster.it.ToldProcess;
import dev.muster.it.ToldView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Members of one group, each a process of its own on some host. Closing it kills them. For one thread. */
final class HostedGroup implements AutoCloseable {

    private final List<String> stack;
    private final Path directory;
    private final Map<String, ToldProcess> members = new LinkedHashMap<>();

    /**
     * A group of nobody.
     *
     * @param name of the directory in {@code target/hosts} for what processes write to standard error
     * @param stack of all members, as {@link GroupMember} wants it
     */
    HostedGroup(String name, List<String> stack) throws IOException {
        this.directory = Files.createDirectories(Path.of("target", "hosts", name));
        this.stack = stack;
    }

    /** Start the process of a member, which is ready to connect then, and not connected. */
    ToldProcess start(String name, Host host, String bindAddress) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(name));
        arguments.addAll(stack);
        List<String> options = List.of("-Xmx128m", "-Dmuster.insecure=true", "-Dmuster.bind_addr=" + bindAddress,
                "-Dorg.slf4j.simpleLogger.showDateTime=true", "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
                "-Dorg.slf4j.simpleLogger.log.dev.muster.protocols=debug");
        ToldProcess member = ToldProcess.start(name,
                host.running(ToldProcess.java(options, GroupMember.class, arguments)), directory);
        members.put(name, member);
        return member;
    }

    /** Start a member on each host, have all connect at the same time, and wait until they are in one view. */
    void form(Iterable<Host> hosts) throws IOException {
        for (Host host : hosts) {
            start(host.name(), host, host.address());
        }
        connectAll();
    }

    void connectAll() {
        members.keySet().forEach(this::awaitReady);
        members.values().forEach(member -> member.order("connect"));
        awaitView(members.keySet().toArray(String[]::new));
    }

    void awaitReady(String name) {
        Patience.await(() -> "readiness of " + member(name), () -> member(name).told("ready", true));
    }

    ToldProcess member(String name) {
        return members.get(name);
    }

    /**
     * Wait until members have one view with nobody else in it.
     *
     * @return when the last of them installed it
     */
    long awaitView(String... names) {
        List<ToldProcess> who = Arrays.stream(names).map(this::member).toList();
        Patience.await(() -> "one view of exactly " + List.of(names) + " at " + who, () -> {
            ToldView first = ToldView.of(who.get(0));
            return first.names().equals(Set.of(names))
                    && who.stream().allMatch(member -> ToldView.of(member).id().equals(first.id()));
        });
        return who.stream().mapToLong(member -> ToldView.of(member).micros()).max().orElseThrow();
    }

    /** Let members send so many messages each to all, and wait until each of them has heard those of all. */
    void talk(int count, String... names) {
        Map<String, Long> before = new LinkedHashMap<>();
        for (String hearing : names) {
            for (String speaking : names) {
                before.put(hearing + speaking, member(hearing).number("heard." + speaking));
            }
        }
        for (String speaking : names) {
            member(speaking).order("send " + count + " 100");
        }
        Patience.await(() -> count + " more messages of each of " + List.of(names) + " at each: " + members.values(), () ->
                Arrays.stream(names).allMatch(hearing -> Arrays.stream(names).allMatch(speaking ->
                        member(hearing).number("heard." + speaking) >= before.get(hearing + speaking) + count)));
    }

    @Override
    public void close() {
        members.values().forEach(ToldProcess::close);
    }

    @Override
    public String toString() {
        return members.values().toString();
    }
}
