package dev.muster.cli.perf;

import java.io.IOException;
import java.util.List;

/**
 * One of the systems that are measured side by side. A {@link java.util.ServiceLoader} provider with a public constructor
 * without parameters.
 */
public interface Contestant {

    /**
     * What it is called on the command line and in tables: lower case, words joined by hyphens.
     *
     * @return such as {@code jgroups-tcp}
     */
    String name();

    /**
     * How it is configured, in one line.
     *
     * @return for those who read the table
     */
    String description();

    /**
     * What its JVM needs beyond what all get.
     *
     * @return options
     */
    default List<String> jvmOptions() {
        return List.of();
    }

    /**
     * The program of its members, for systems that are not of Java: given {@code --member} and {@code --ports}, it obeys and
     * tells the lines that our own members do. Empty for all others.
     *
     * @return a command
     * @throws IOException if it is not to be had here; the message says what is missing
     * @throws InterruptedException if interrupted while it is made
     */
    default List<String> program() throws IOException, InterruptedException {
        return List.of();
    }

    /**
     * True if a member is given its own group messages, too.
     *
     * @return true unless the system has no such thing
     */
    default boolean deliversToSender() {
        return true;
    }

    /**
     * Join the group of a run, and return when all are there.
     *
     * @param seat who one is
     * @param inbox told of what arrives: messages of one sender one at a time and in the order they are delivered
     * @return the member, which a single thread sends through, and the thread that delivers while it answers
     * @throws Exception if it can't: the run ends with the message
     */
    Node join(Seat seat, Inbox inbox) throws Exception;
}
