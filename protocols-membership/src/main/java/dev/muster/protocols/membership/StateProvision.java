package dev.muster.protocols.membership;

import dev.muster.api.Address;
import dev.muster.api.MergeView;
import dev.muster.api.View;
import dev.muster.spi.Context;
import dev.muster.spi.Event;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * What this member gives: states that it provides, and snapshots that it keeps at hand in case that a provider dies.
 *
 * <p>A requester whose provider is gone says how far it has come and the checksum of that much. The member at hand reads
 * its own snapshot that far, sending nothing; if the checksums agree it goes on from there. So it does no harm if an
 * application is wrong about its states being equal byte by byte.
 */
final class StateProvision {

    private final Context context;
    private final StatePost post;
    private final int window;
    private final Map<Address, Giving> givings = new LinkedHashMap<>();

    /** One state for one requester. */
    private static final class Giving {
        private final Event.StateTransfer transfer;
        private final View cut;
        private final CRC32C checksum = new CRC32C();
        private boolean begun;
        private long next;
        private long written;
        private long position;
        private StateHeader.Progress from = StateHeader.Progress.NONE;
        private boolean reading;
        private boolean ended;

        Giving(Event.StateTransfer transfer, View cut) {
            this.transfer = transfer;
            this.cut = cut;
        }
    }

    StateProvision(Context context, StatePost post, int window) {
        this.context = context;
        this.post = post;
        this.window = window;
    }

    int size() {
        return givings.size();
    }

    /**
     * A view holds.
     *
     * @param standbys how many members keep a snapshot at hand for each requester
     * @param hasState whether this member has the state that members of the view before have in common
     */
    void viewInstalled(Event.ViewInstalled installed, View before, int standbys, boolean hasState) {
        View view = installed.view();
        givings.keySet().removeIf(requester -> !view.contains(requester));
        for (Event.StateTransfer transfer : installed.transfers()) {
            release(givings.remove(transfer.requester()));
            Giving giving = new Giving(transfer, view);
            if (transfer.provider().equals(context.self())) {
                givings.put(transfer.requester(), giving);
                giving.begun = true;
                readOn(giving);
            } else if (hasState && sharesPast(transfer.provider(), view, before)
                    && standbys(installed, transfer, standbys).contains(context.self())) {
                givings.put(transfer.requester(), giving);
                context.emitUp(new Event.SnapshotPrepared(transfer, view));
            }
        }
    }

    /** Who keeps a snapshot at hand, first come first; the same at all members, though some of them may have nothing to keep. */
    static List<Address> standbys(Event.ViewInstalled installed, Event.StateTransfer transfer, int count) {
        return installed.view().members().stream()
                .filter(member -> !member.equals(transfer.provider()) && installed.transfers().stream()
                        .noneMatch(other -> other.requester().equals(member)))
                .limit(count).toList();
    }

    private boolean sharesPast(Address provider, View view, View before) {
        if (view instanceof MergeView merge) {
            return merge.subgroups().stream().map(MergeView.Subgroup::members)
                    .anyMatch(part -> part.contains(provider) && part.contains(context.self()));
        }
        return before != null && before.contains(provider);
    }

    private void release(Giving giving) {
        if (giving != null && !giving.ended) {
            context.emitUp(new Event.SnapshotReleased(giving.transfer, giving.cut));
        }
    }

    /** A requester wants nothing more. */
    void dismissed(Address from, StateHeader header) {
        if (isKnown(givings.get(from), header)) {
            release(givings.remove(from));
        }
    }

    private static boolean isKnown(Giving giving, StateHeader header) {
        return giving != null && giving.cut.id().equals(header.view());
    }

    /** The provider of a requester is gone. */
    void resume(Address from, StateHeader header, StateHeader.Progress progress) {
        Giving giving = givings.get(from);
        if (!isKnown(giving, header) || giving.begun) {
            post.fail(from, header.view(), context.self() + " has no snapshot of that view at hand");
            return;
        }
        giving.begun = true;
        giving.next = header.index();
        giving.written = header.index();
        giving.from = progress;
        readOn(giving);
    }

    void written(Address from, StateHeader header) {
        Giving giving = givings.get(from);
        if (!isKnown(giving, header) || header.index() != giving.written || header.index() >= giving.next) {
            return;
        }
        giving.written++;
        if (giving.ended && giving.written == giving.next) {
            givings.remove(from);
        } else {
            readOn(giving);
        }
    }

    private void readOn(Giving giving) {
        if (giving.begun && !giving.reading && !giving.ended && giving.next - giving.written < window) {
            giving.reading = true;
            context.emitUp(new Event.ChunkRequested(giving.transfer, giving.cut, post.chunkLimit()));
        }
    }

    /** The application has been asked for a chunk. */
    void read(Event.ChunkRead read) {
        Giving giving = givings.get(read.transfer().requester());
        if (giving == null || !giving.cut.id().equals(read.view().id()) || !giving.reading) {
            return;
        }
        giving.reading = false;
        if (read.failure() != null) {
            fail(giving, read.failure());
        } else if (giving.position < giving.from.bytes()) {
            skip(giving, read.chunk());
        } else {
            send(giving, read.chunk());
        }
    }

    /** The requester has the beginning of this chunk, or all of it. */
    private void skip(Giving giving, byte[] chunk) {
        int length = (int) Math.min(chunk.length, giving.from.bytes() - giving.position);
        giving.checksum.update(chunk, 0, length);
        giving.position += length;
        boolean isThere = giving.position == giving.from.bytes();
        if (chunk.length == 0 || isThere && giving.checksum.getValue() != giving.from.checksum()) {
            fail(giving, "its state differs from what was received before although states are said to be equal byte by byte");
        } else if (length < chunk.length) {
            send(giving, Arrays.copyOfRange(chunk, length, chunk.length));
        } else {
            readOn(giving);
        }
    }

    private void send(Giving giving, byte[] chunk) {
        giving.ended = chunk.length == 0;
        post.send(giving.transfer.requester(), new StateHeader(StateHeader.CHUNK, giving.cut.id(), giving.next), chunk);
        context.counter("state_bytes_sent").add(chunk.length);
        giving.next++;
        readOn(giving);
    }

    private void fail(Giving giving, String reason) {
        givings.remove(giving.transfer.requester());
        release(giving);
        post.fail(giving.transfer.requester(), giving.cut.id(), reason);
    }
}
