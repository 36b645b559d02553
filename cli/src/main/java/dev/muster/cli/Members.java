package dev.muster.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The processes of a run on this machine, with a port for each, and what they tell in the order it arrives.
 *
 * <p>Used by one thread.
 */
final class Members implements AutoCloseable {

    /** Below the ports that systems hand to outgoing connections, so that none of those takes ours meanwhile. */
    private static final int FIRST_PORT = 20_000;
    private static final int LAST_PORT = 30_000;

    private record Said(MemberProcess member, MemberLine line) {}

    private final Map<String, Integer> ports = new LinkedHashMap<>();
    private final Map<String, MemberProcess> running = new LinkedHashMap<>();
    private final BlockingQueue<Said> said = new LinkedBlockingQueue<>();
    private final UnaryOperator<List<String>> command;
    private final List<String> arguments;
    private final BiConsumer<MemberProcess, MemberLine> handler;
    private final Thread onExit = new Thread(() -> List.copyOf(running.values()).forEach(MemberProcess::kill));

    /**
     * Prepare a run.
     *
     * @param names of the members
     * @param jvmOptions for their JVMs
     * @param arguments the muster command of a member, without its name and ports
     * @param handler told what members tell, within {@link #await}
     */
    Members(List<String> names, List<String> jvmOptions, List<String> arguments,
            BiConsumer<MemberProcess, MemberLine> handler) {
        this(names, all -> MemberProcess.command(jvmOptions, all), arguments, handler);
    }

    /** The same with a command of its own, made of the arguments. */
    Members(List<String> names, UnaryOperator<List<String>> command, List<String> arguments,
            BiConsumer<MemberProcess, MemberLine> handler) {
        List<Integer> free = freePorts(names.size());
        for (int index = 0; index < names.size(); index++) {
            ports.put(names.get(index), free.get(index));
        }
        this.command = command;
        this.arguments = List.copyOf(arguments);
        this.handler = handler;
        Runtime.getRuntime().addShutdownHook(onExit);
    }

    /** Start a member, or start it again: it keeps its port, for that is where the others look for it. */
    MemberProcess start(String name, String... more) {
        return start(List.of(), name, more);
    }

    /** The same with something before the command, such as what puts it on a core. */
    MemberProcess start(List<String> prefix, String name, String... more) {
        List<String> all = new ArrayList<>(arguments);
        String hosts = ports.values().stream().map(port -> "127.0.0.1[" + port + "]").collect(Collectors.joining(","));
        all.addAll(List.of("--name", name, "-D", "muster.initial_hosts=" + hosts,
                "-D", "muster.start_port=" + ports.get(name), "-D", "muster.end_port=" + ports.get(name)));
        all.addAll(List.of(more));
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(command.apply(all));
        MemberProcess member = MemberProcess.start(name, whole, (process, line) -> said.add(new Said(process, line)));
        running.put(name, member);
        return member;
    }

    /** Order every running member to do something. */
    void sayToAll(String order) {
        running.values().forEach(member -> member.say(order));
    }

    MemberProcess member(String name) {
        return running.get(name);
    }

    /** SIGKILL. */
    void kill(String name) {
        running.remove(name).kill();
    }

    boolean isRunning(MemberProcess member) {
        return running.get(member.name()) == member;
    }

    /**
     * Handle what members tell until a condition holds.
     *
     * @return false if it did not come to hold in time
     */
    boolean await(Duration limit, BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            try {
                Said next = said.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (next == null) {
                    return condition.getAsBoolean();
                }
                handler.accept(next.member(), next.line());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    Map<String, Integer> ports() {
        return ports;
    }

    @Override
    public void close() {
        running.values().forEach(member -> member.say("quit"));
        running.values().forEach(member -> member.end(Duration.ofSeconds(3)));
        running.clear();
        try {
            Runtime.getRuntime().removeShutdownHook(onExit);
        } catch (IllegalStateException e) {
            // the hook is running: there is nothing left for it to kill
        }
    }

    /** Ports that nobody uses at the moment; all are held until all are found, so they differ. */
    private static List<Integer> freePorts(int count) {
        List<ServerSocket> held = new ArrayList<>();
        try {
            int candidate = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT - 10 * count);
            while (held.size() < count) {
                ServerSocket socket = new ServerSocket();
                held.add(socket);
                candidate = bindFrom(socket, candidate) + 1;
            }
            List<Integer> free = held.stream().map(ServerSocket::getLocalPort).toList();
            for (ServerSocket socket : held) {
                socket.close();
            }
            return free;
        } catch (IOException e) {
            throw new UncheckedIOException("no " + count + " free ports on the loopback address: " + e.getMessage(), e);
        }
    }

    private static int bindFrom(ServerSocket socket, int first) throws IOException {
        for (int port = first;; port++) {
            try {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return port;
            } catch (IOException e) {
                if (port > LAST_PORT) {
                    throw e;
                }
            }
        }
    }
}
