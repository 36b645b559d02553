package dev.muster.spi;

import dev.muster.api.Address;
import java.util.List;
import java.util.SortedSet;

/**
 * What everybody who moves on from a view has to have delivered in it.
 *
 * @param entries one per sender with any packet, in the order of the view
 */
public record FlushTarget(List<Entry> entries) {

    /**
     * Copy the entries.
     *
     * @param entries one per sender
     */
    public FlushTarget {
        entries = List.copyOf(entries);
    }

    /**
     * What has to be delivered of one sender.
     *
     * @param sender the sender
     * @param upTo highest sequence number to be delivered in order
     * @param beyond sequence numbers above that to be delivered out of band
     * @param holder a member that moves on, too, and has everything up to {@code upTo}
     */
    public record Entry(Address sender, long upTo, SortedSet<Long> beyond, Address holder) {}
}
