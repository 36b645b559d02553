package dev.muster.protocols.membership;

import dev.muster.api.Address;
import dev.muster.api.View;
import dev.muster.api.Wait;
import dev.muster.spi.Context;
import dev.muster.spi.Event;
import dev.muster.spi.Packet;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this member gets: its wish for the state, and the state on its way.
 *
 * <p>If the provider is gone, fails or falls silent, somebody who keeps a snapshot of the same cut at hand goes on where it
 * ended. If nobody does, the state is asked for again, cut at another view, some times.
 */
final class StateReception {

    private static final Logger LOG = LoggerFactory.getLogger(StateReception.class);

    private final Context context;
    private final StatePost post;
    private final long stallNanos;
    private final int maxAttempts;
    private View view;
    private boolean wanted;
    private boolean incomplete;
    private String from = "";
    private int attempts;
    private long wantedAt;
    private boolean progressed;
    private Receiving receiving;

    /** A state on its way. */
    private static final class Receiving {
        private final View cut;
        private final Deque<Address> standbys;
        private final CRC32C checksum = new CRC32C();
        private Address provider;
        private long next;
        private long written;
        private long bytes;
        private boolean ended;

        Receiving(Address provider, View cut, List<Address> standbys) {
            this.provider = provider;
            this.cut = cut;
            this.standbys = new ArrayDeque<>(standbys);
        }

        private boolean waitsForApplication() {
            return written < next;
        }
    }

    StateReception(Context context, StatePost post, long stallNanos, int maxAttempts) {
        this.context = context;
        this.post = post;
        this.stallNanos = stallNanos;
        this.maxAttempts = maxAttempts;
    }

    /** Tell whether this member has the state, and not perhaps half of another one. */
    boolean isComplete() {
        return !wanted && !incomplete;
    }

    boolean isUnderWay() {
        return receiving != null;
    }

    /** Why this member is given no messages. */
    List<Wait> waits() {
        if (!wanted) {
            return List.of();
        }
        Duration lasting = Duration.ofNanos(context.nowNanos() - wantedAt);
        if (receiving == null) {
            return List.of(new Wait(Wait.Reason.STATE, "nobody gives the state yet", List.of(), lasting));
        }
        boolean own = receiving.waitsForApplication();
        return List.of(new Wait(own ? Wait.Reason.APPLICATION : Wait.Reason.STATE, "bytes of the state that have come: "
                + receiving.bytes + ", chunks of it to be taken: " + (receiving.next - receiving.written),
                own ? List.of() : List.of(receiving.provider), lasting));
    }

    /** The member connects. */
    void connect(boolean withState, String stateFrom) {
        wanted = withState;
        incomplete = withState;
        begin(stateFrom);
    }

    private void begin(String stateFrom) {
        from = stateFrom;
        attempts = 1;
        wantedAt = context.nowNanos();
    }

    /** The application wants the state, in the midst of a view; true if membership shall hear of it. */
    boolean request(String stateFrom) {
        String problem = view == null ? null : view.size() == 1
                ? "this member is alone in the group; nobody can give it the state" : unknown(stateFrom);
        if (problem != null) {
            context.emitUp(new Event.StateFailed(problem));
            return false;
        }
        wanted = true;
        begin(stateFrom);
        watch();
        return true;
    }

    private String unknown(String name) {
        boolean known = name.isEmpty() || view.members().stream()
                .anyMatch(member -> !member.equals(context.self()) && Peer.isCalled(member, name));
        return known ? null : "no other member is called '" + name + "'; in view " + view.id() + " are " + view.members()
                + ", ask one of them or leave the choice to the group";
    }

    void viewInstalled(Event.ViewInstalled installed, int standbys) {
        boolean first = view == null;
        view = installed.view();
        if (view.size() == 1) {
            // what it has is all there is
            incomplete = false;
            wanted = wanted && !first;
        }
        boolean begins = false;
        for (Event.StateTransfer transfer : installed.transfers()) {
            if (transfer.requester().equals(context.self())) {
                begins = true;
                // even if it was given up meanwhile: the channel holds messages back until this state has come
                wanted = true;
                incomplete = true;
                LOG.info("{} gets the state of view {} from {}", context.self(), view.id(), transfer.provider());
                receiving = new Receiving(transfer.provider(), view,
                        StateProvision.standbys(installed, transfer, standbys));
            }
        }
        if (wanted) {
            lookAround(begins);
        }
    }

    private void lookAround(boolean begins) {
        String problem = begins || receiving != null ? null : unknown(from);
        if (problem != null) {
            giveUp(problem);
        } else if (receiving != null && !receiving.ended && !view.contains(receiving.provider)) {
            goOnElsewhere("provider " + receiving.provider + " is gone");
        } else {
            watch();
        }
    }

    /** A chunk of a view that this member has. */
    void chunk(Packet packet, StateHeader header) {
        if (!isFromProvider(packet, header) || receiving.next != header.index() || receiving.ended) {
            return;
        }
        byte[] chunk = Arrays.copyOfRange(packet.buffer(), packet.offset(), packet.offset() + packet.length());
        receiving.next++;
        receiving.ended = chunk.length == 0;
        receiving.bytes += chunk.length;
        receiving.checksum.update(chunk);
        progressed = true;
        context.counter("state_bytes_received").add(chunk.length);
        context.emitUp(new Event.ChunkReceived(receiving.cut, chunk));
    }

    private boolean isFromProvider(Packet packet, StateHeader header) {
        return receiving != null && receiving.cut.id().equals(header.view()) && receiving.provider.equals(packet.source());
    }

    /** A provider gives no more; nothing happens if it is not that of this member. */
    void failed(Packet packet, StateHeader header) {
        if (isFromProvider(packet, header) && !receiving.ended) {
            goOnElsewhere(packet.source() + " could not give the state: "
                    + new String(packet.buffer(), packet.offset(), packet.length(), StandardCharsets.UTF_8));
        }
    }

    private void watch() {
        progressed = false;
        context.setTimer(StateTransferProtocol.STALL_TIMER, stallNanos);
    }

    /** Nothing has come. If this member's own application still has chunks to take, that is no fault of the provider. */
    void timer() {
        if (!wanted || view == null) {
            return;
        }
        boolean ownFault = receiving != null && receiving.waitsForApplication();
        if (progressed || ownFault) {
            if (!progressed) {
                context.emitUp(new Event.StateOverdue());
            }
            watch();
        } else {
            goOnElsewhere(receiving == null ? "no member could be found that has the state"
                    : "nothing more came from " + receiving.provider);
        }
    }

    private void goOnElsewhere(String reason) {
        while (receiving != null && !receiving.standbys.isEmpty()) {
            Address standby = receiving.standbys.poll();
            if (view.contains(standby)) {
                dismiss(receiving.provider);
                resumeAt(standby, reason);
                return;
            }
        }
        askAgain(reason);
    }

    private void resumeAt(Address standby, String reason) {
        LOG.info("{} goes on with the state of view {} at {}, from byte {}: {}", context.self(), receiving.cut.id(), standby,
                receiving.bytes, reason);
        context.counter("resumed").increment();
        receiving.provider = standby;
        StateHeader.Progress progress = new StateHeader.Progress(receiving.bytes, receiving.checksum.getValue());
        post.send(standby, new StateHeader(StateHeader.RESUME, receiving.cut.id(), receiving.next), progress.encoded());
        watch();
    }

    private void askAgain(String reason) {
        drop();
        if (view.size() == 1 || attempts >= maxAttempts) {
            giveUp("after " + attempts + " attempts: " + reason);
            return;
        }
        attempts++;
        from = "";
        LOG.info("{} asks for the state again: {}", context.self(), reason);
        context.counter("asked_again").increment();
        context.emitDown(new Event.StateRequested());
        watch();
    }

    private void giveUp(String reason) {
        settle();
        context.emitUp(new Event.StateFailed(reason));
    }

    private void settle() {
        drop();
        wanted = false;
        context.cancelTimer(StateTransferProtocol.STALL_TIMER);
        context.emitDown(new StateSettled(!incomplete));
    }

    /** Nobody needs to keep anything for this cut any more. */
    private void drop() {
        if (receiving != null) {
            if (!receiving.ended) {
                dismiss(receiving.provider);
            }
            receiving.standbys.forEach(this::dismiss);
            receiving = null;
        }
    }

    private void dismiss(Address member) {
        if (view.contains(member)) {
            post.fail(member, receiving.cut.id(), "");
        }
    }

    /** The application has taken a chunk, or could not. */
    void taken(Event.ChunkWritten event) {
        if (receiving == null || !receiving.cut.id().equals(event.view().id()) || !receiving.waitsForApplication()) {
            return;
        }
        if (event.failure() != null) {
            giveUp("the state could not be set: " + event.failure());
            return;
        }
        post.send(receiving.provider, new StateHeader(StateHeader.WRITTEN, receiving.cut.id(), receiving.written));
        receiving.written++;
        progressed = true;
        if (receiving.ended && !receiving.waitsForApplication()) {
            LOG.info("{} has the state of view {}", context.self(), receiving.cut.id());
            incomplete = false;
            settle();
        }
    }
}
