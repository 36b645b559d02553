package dev.muster.cli.perf;

import java.util.List;

/**
 * Who a process is in a run.
 *
 * @param run a name that no other run on this machine has
 * @param member its number, from 0
 * @param ports one on the loopback address for each member, by number
 */
public record Seat(String run, int member, List<Integer> ports) {

    /** Fix the list. */
    public Seat {
        ports = List.copyOf(ports);
    }

    /**
     * How many members the group has.
     *
     * @return this one included
     */
    public int members() {
        return ports.size();
    }

    /**
     * Where this one listens.
     *
     * @return a port of the loopback address
     */
    public int port() {
        return ports.get(member);
    }
}
