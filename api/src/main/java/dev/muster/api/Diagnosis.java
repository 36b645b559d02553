package dev.muster.api;

import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A member at one moment: who it is, what it is made of, what it has counted, what is queued and what it waits for. Holds no
 * payload and no secret. Immutable.
 *
 * @param member its address in this life
 * @param cluster name of the group
 * @param state where the channel stands
 * @param view the view of the stack; null if there is none yet
 * @param layers of the stack, transport first; last, as CHANNEL, what hands messages to the application and takes them
 * @param queues between stack and application
 */
public record Diagnosis(Address member, String cluster, ChannelState state, View view, List<Layer> layers, Queues queues) {

    /**
     * Copy the parts.
     *
     * @param member not null
     * @param cluster not null
     * @param state not null
     * @param view may be null
     * @param layers copied
     * @param queues not null
     */
    public Diagnosis {
        layers = List.copyOf(layers);
    }

    /**
     * One protocol.
     *
     * @param protocol its name
     * @param settings all that have a value, as text, defaults included; secrets hidden
     * @param counters what it has counted, and its figures of this moment
     * @param waits what it waits for
     */
    public record Layer(String protocol, Map<String, String> settings, Map<String, Long> counters, List<Wait> waits) {

        /**
         * Copy the parts.
         *
         * @param protocol not null
         * @param settings copied, order kept
         * @param counters copied, order kept
         * @param waits copied
         */
        public Layer {
            settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
            counters = Collections.unmodifiableMap(new LinkedHashMap<>(counters));
            waits = List.copyOf(waits);
        }
    }

    /**
     * What is on its way between stack and application.
     *
     * @param outboxBytes accepted, not yet taken by the stack
     * @param senders calls that wait for room: threads in {@code send}, and futures of {@code sendAsync}
     * @param isGroupPaused whether some layer holds back what goes to the group
     * @param pausedMembers to whom some layer holds back what goes to one member
     * @param inboxPackets not yet consumed by the application
     * @param lanes those with packets, fullest first
     * @param barrier whether a view or state waits for packets before it to be consumed, or for its own callback to return
     * @param callbackFailures callbacks of the application that threw
     */
    public record Queues(long outboxBytes, int senders, boolean isGroupPaused, List<Address> pausedMembers, int inboxPackets,
            List<Lane> lanes, boolean barrier, long callbackFailures) {

        /**
         * Copy the parts.
         *
         * @param outboxBytes not negative
         * @param senders not negative
         * @param isGroupPaused true or false
         * @param pausedMembers copied
         * @param inboxPackets not negative
         * @param lanes copied
         * @param barrier true or false
         * @param callbackFailures not negative
         */
        public Queues {
            pausedMembers = List.copyOf(pausedMembers);
            lanes = List.copyOf(lanes);
        }
    }

    /**
     * Packets that are handed over one after another.
     *
     * @param of whose packets; {@code the whole group} under a total order
     * @param packets how many wait
     */
    public record Lane(String of, int packets) {}

    /** One waiting of one protocol. */
    private record Told(String protocol, Wait waiting) {}

    /**
     * Everything that any layer waits for, the longest first.
     *
     * @return lines such as {@code FC has waited 1200 ms for credit of n3: packets to the group: 12}
     */
    public List<String> reasons() {
        return layers.stream().flatMap(layer -> layer.waits().stream().map(wait -> new Told(layer.protocol(), wait)))
                .sorted(Comparator.comparing((Told told) -> told.waiting().lasting()).reversed())
                .map(told -> told.protocol() + " " + told.waiting())
                .toList();
    }
}
