package dev.muster.spi;

import dev.muster.api.Address;
import dev.muster.api.ViewId;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far somebody has got with the group packets of each sender in one view. Sequence numbers start at 1 in every
 * view.
 *
 * @param view the view
 * @param delivered per sender the highest sequence number up to which everything was delivered; senders without a
 *     packet may be left out
 * @param beyond per sender the sequence numbers above that which were delivered out of band; usually empty
 */
public record Digest(ViewId view, Map<Address, Long> delivered, Map<Address, java.util.SortedSet<Long>> beyond) {

    /**
     * Take the maps as they are; they keep their order and are not changed any more.
     *
     * @param view the view
     * @param delivered per sender
     * @param beyond per sender
     */
    public Digest {
        delivered = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(delivered));
        beyond = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(beyond));
    }

    /**
     * How far with one sender.
     *
     * @param sender the sender
     * @return 0 if nothing was delivered
     */
    public long of(Address sender) {
        return delivered.getOrDefault(sender, 0L);
    }
}
