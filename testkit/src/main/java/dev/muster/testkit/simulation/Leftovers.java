package dev.muster.testkit.simulation;

import dev.muster.testkit.history.History;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What members still hold when all has been quiet for a while, and when they have left. Whatever waits for something then
 * waits for ever.
 */
final class Leftovers {

    private static final int SOCKETS_PER_MEMBER = 6;
    private static final int SPARE_SOCKETS = 10;
    private static final int TIMERS_PER_LAYER = 2;
    /** Stable packets that are kept all the same: some per sender, none larger than a fragment. */
    private static final long KEPT_BYTES_PER_MEMBER = 2_000_000;

    private final Simulation simulation;
    private final History history;
    private final int members;
    private final int layers;
    private final Duration quiet;

    Leftovers(Simulation simulation, History history, int members, int layers, Duration quiet) {
        this.simulation = simulation;
        this.history = history;
        this.members = members;
        this.layers = layers;
        this.quiet = quiet;
    }

    /** All has been quiet: bounded memory, empty windows, no leaked timer. */
    void lookAtQuietOnes(List<SimulatedMember> living) {
        for (SimulatedMember member : living) {
            Map<String, Long> counters = member.channel().counters();
            counters.forEach((name, value) -> {
                if (waits(name)) {
                    atMost(0, value, member, name);
                } else if (name.endsWith(".kept_bytes")) {
                    atMost(KEPT_BYTES_PER_MEMBER * members, value, member, name);
                }
            });
            atMost((long) SOCKETS_PER_MEMBER * members + SPARE_SOCKETS, member.process().openSockets(), member, "open sockets");
            atMost((long) TIMERS_PER_LAYER * layers, simulation.timers(member.process()), member, "timers running");
        }
    }

    private static boolean waits(String name) {
        return name.endsWith(".waiting_packets") || name.equals("CHANNEL.inbox_packets") || name.equals("CHANNEL.outbox_bytes");
    }

    private void atMost(long justified, long found, SimulatedMember member, String what) {
        if (found > justified) {
            history.excess(member.history() + " holds " + what + " " + found + " after silence for " + quiet + ", at most "
                    + justified + (justified == 0 ? " is" : " are") + " justified");
        }
    }

    /** All have left: no socket, no timer. What the application itself still has in mind is its own. */
    void lookAtLeavers(List<SimulatedMember> leavers) {
        for (SimulatedMember member : leavers) {
            int sockets = member.process().openSockets();
            long pending = simulation.queue.pending(member.process())
                    - simulation.queue.pending(member.process(), Happening.Kind.DRIVER);
            if (member.process().isAlive() || sockets > 0 || pending > 0) {
                history.excess(member.history() + (member.process().isAlive() ? " does not get round to leaving, and" : " has left, but")
                        + " keeps " + sockets + " sockets open and " + pending + " timers running; none is justified");
            }
        }
    }
}
