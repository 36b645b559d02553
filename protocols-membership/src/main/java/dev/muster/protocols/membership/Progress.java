package dev.muster.protocols.membership;

import dev.muster.api.Address;
import dev.muster.api.View;
import dev.muster.spi.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How far somebody has got with one sender. Senders are named by rank in a view that both sides know: a digest of a
 * thousand senders then takes kilobytes, not tens of them, and the coordinator gets one from everybody.
 *
 * @param rank the sender's rank in the view
 * @param upTo everything up to this was delivered
 * @param beyond what was delivered out of band above that
 */
record Progress(int rank, long upTo, SortedSet<Long> beyond) {

    private static final SortedSet<Long> NOTHING = java.util.Collections.unmodifiableSortedSet(new TreeSet<>());

    /** Translate a digest; senders without a packet are left out. */
    static List<Progress> of(View view, Digest digest) {
        List<Progress> all = new ArrayList<>();
        for (int rank = 0; rank < view.size(); rank++) {
            Address sender = view.members().get(rank);
            long upTo = digest.of(sender);
            SortedSet<Long> beyond = digest.beyond().getOrDefault(sender, NOTHING);
            if (upTo > 0 || !beyond.isEmpty()) {
                all.add(new Progress(rank, upTo, beyond));
            }
        }
        return all;
    }
}
