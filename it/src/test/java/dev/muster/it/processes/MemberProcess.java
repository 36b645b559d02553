package dev.muster.it.processes;

import dev.muster.it.ToldProcess;
import dev.muster.it.ToldView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A {@link LoadMember} in a JVM of its own, which is killed when this is closed and ends when this JVM does. */
final class MemberProcess implements AutoCloseable {

    private final int port;
    private final ToldProcess process;
    private final List<Path> logs = new ArrayList<>();

    private MemberProcess(int port, ToldProcess process) {
        this.port = port;
        this.process = process;
    }

    /**
     * Start one.
     *
     * @param name of the member, another one for each life
     * @param port to listen on
     * @param hosts where others may be, as TCPPING wants it
     * @param typicalBytes of a message
     * @param directory for what it writes to standard error
     */
    static MemberProcess start(String name, int port, String hosts, int typicalBytes, Path directory) throws IOException {
        List<String> command = ToldProcess.java(List.of("-Xmx256m",
                "-Dorg.slf4j.simpleLogger.showDateTime=true",
                "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
                "-Dorg.slf4j.simpleLogger.log.dev.muster.protocols.membership=debug"), LoadMember.class,
                List.of(name, String.valueOf(port), hosts, String.valueOf(typicalBytes)));
        return new MemberProcess(port, ToldProcess.start(name, command, directory));
    }

    /** The last thing it said after that word; null if it has said nothing of the kind. Fails if it met with an error. */
    String told(String word) {
        return process.told(word);
    }

    boolean told(String word, Object what) {
        return process.told(word, what);
    }

    /** The view it told last; one of nobody if none. */
    ToldView view() {
        return ToldView.of(process);
    }

    /** Order it to do something. */
    void order(String text) {
        process.order(text);
    }

    /** Order it to connect to the group, or to go over to another round, and write down everything in that file. */
    void begin(String order, int round, Path log) {
        logs.add(log);
        order(order + " " + round + " " + log);
    }

    /** What it writes at present. */
    Path log() {
        return logs.get(logs.size() - 1);
    }

    /** SIGSTOP: it stands still until the suspension is closed. */
    Suspension suspend() throws IOException {
        return new Suspension(process.pid());
    }

    /** SIGSTOP while something else happens, and then SIGCONT. */
    void standStill(Runnable meanwhile) throws IOException {
        Suspension suspension = suspend();
        try {
            meanwhile.run();
        } finally {
            suspension.close();
        }
    }

    /** SIGKILL: the process can do nothing about it. */
    void kill() {
        process.kill();
    }

    boolean isKilled() {
        return process.isKilled();
    }

    String name() {
        return process.name();
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.close();
    }

    @Override
    public String toString() {
        return process + " at port " + port;
    }
}
