package dev.muster.spi;

import dev.muster.api.Address;
import dev.muster.api.View;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/**
 * What layers tell each other besides packets. Ours are listed here; plug-ins implement {@link Custom} for their own.
 *
 * <p>{@code ↓} goes towards the network, {@code ↑} towards the application.
 */
public sealed interface Event {

    /** A plug-in's own event. */
    non-sealed interface Custom extends Event {}

    /**
     * ↑ by the transport: it is bound.
     *
     * @param local where others can reach this member
     */
    record TransportReady(InetSocketAddress local) implements Event {}

    /**
     * ↑ by a transport that multicasts, after {@link TransportReady}: what goes to this physical address reaches everybody
     * whose transport has joined the same group, members of the cluster or not.
     *
     * @param group to be used as {@link Packet#toPhysical}
     */
    record MulticastReady(InetSocketAddress group) implements Event {}

    /**
     * ↑ by a transport whose network loses what does not fit a buffer of this system, after {@link TransportReady}: what the
     * others have under way to this member should fit there all together, or be sent again. Only the transport knows what
     * the system granted, and only flow control can keep senders within it.
     *
     * @param bytes what may wait there, for packets to the group and for packets to this member each
     */
    record ReceiveBuffer(long bytes) implements Event {}

    /**
     * ↑ by the transport: nobody listens at an address, the peer's system said so or the connection could not be made.
     *
     * @param peer the address
     */
    record Unreachable(InetSocketAddress peer) implements Event {}

    /**
     * ↑ by the transport: a connection to a member broke without the mark of an orderly close.
     *
     * @param member the peer
     */
    record ConnectionLost(Address member) implements Event {}

    /**
     * ↓ by membership and discovery: where members can be reached. Transports learn from it.
     *
     * @param addresses additions
     */
    record PhysicalAddresses(Map<Address, InetSocketAddress> addresses) implements Event {}

    /**
     * ↓ by the channel: join the group or found it.
     *
     * @param withState the application wants the state as of the first view
     * @param stateFrom name or id of the member that is to give it; empty for whoever can
     */
    record Connect(boolean withState, String stateFrom) implements Event {
        /**
         * Let whoever can give the state.
         *
         * @param withState the application wants the state as of the first view
         */
        public Connect(boolean withState) {
            this(withState, "");
        }
    }

    /**
     * ↑ by membership: the group could not be joined.
     *
     * @param reason what was, what was expected, remedy
     */
    record ConnectFailed(String reason) implements Event {}

    /** ↓ by the channel, after its last packet: leave the group. */
    record Disconnect() implements Event {}

    /** ↑ by membership: this member has left, or has been removed by the others and will not send any more.
     *
     * @param byOthers true if it did not ask for it
     * @param reason why
     */
    record Disconnected(boolean byOthers, String reason) implements Event {}

    /**
     * ↓↑ by membership: a view is agreed and holds from now on. Everything delivered in the former view has been passed
     * up before.
     *
     * @param view the view
     * @param transfers states to be handed over at this cut
     */
    record ViewInstalled(View view, List<StateTransfer> transfers) implements Event {

        /**
         * The members of the view but one.
         *
         * @param self who is left out
         * @return in the order of the view
         */
        public List<Address> others(Address self) {
            return view.members().stream().filter(member -> !member.equals(self)).toList();
        }
    }

    /**
     * ↑ by primary partition: whether the view installed last is the primary one, whose members alone may act. Comes after
     * the view; until then, what held for the view before goes on. Stacks without such a protocol never say so, and act in
     * every view.
     *
     * @param primary false in a minority
     * @param reason if false: what was, what was expected, remedy
     */
    record Primary(boolean primary, String reason) implements Event {}

    /**
     * A state to be handed over at a view.
     *
     * @param requester gets it
     * @param provider gives it
     */
    record StateTransfer(Address requester, Address provider) {}

    /**
     * ↓ by membership and merging: look for members.
     *
     * @param purpose comes back in the answer
     */
    record FindMembers(String purpose) implements Event {}

    /**
     * ↑ by discovery: the end of one search.
     *
     * @param purpose as asked
     * @param found everybody that answered, this member not among them; in a deterministic order
     */
    record MembersFound(String purpose, List<MemberInfo> found) implements Event {}

    /**
     * ↑ by merging: there are other parts of the group.
     *
     * @param others coordinators of other views
     */
    record MergeNeeded(List<MemberInfo> others) implements Event {}

    /**
     * ↑ by failure detection: a member may have failed. Verification keeps it back and passes it on once it is sure.
     *
     * @param member the member
     * @param evidence how it was noticed
     */
    record Suspected(Address member, Evidence evidence) implements Event {}

    /** How a failure was noticed. */
    enum Evidence {
        /** Nothing was heard for too long. */
        SILENCE(false),
        /** Several members found it out independently of one another. */
        AGREED(true),
        /** The system closed the connection of the process. */
        CONNECTION_CLOSED(false),
        /** The system refuses connections: nobody listens there any more. */
        CONNECTION_REFUSED(true);

        private final boolean certain;

        Evidence(boolean certain) {
            this.certain = certain;
        }

        /**
         * Tell whether it needs no verification: whatever one member alone has not heard may be its own fault, or its
         * link's; this may not.
         *
         * @return true if members believe it of one another
         */
        public boolean isCertain() {
            return certain;
        }
    }

    /**
     * ↑ by failure detection: the member was heard again.
     *
     * @param member the member
     */
    record Unsuspected(Address member) implements Event {}

    /**
     * ↓ by verification and membership: a member of the view is suspected, whether that has been verified or not. Ends with
     * {@link SuspicionEnded}, or with a view without the member. May come again while it lasts.
     *
     * @param member the member
     */
    record SuspicionBegan(Address member) implements Event {}

    /**
     * ↓ by verification and membership: the member is taken for well again. Comes before {@link Unsuspected} does, so that
     * what is sent upon that is sent to a member like others.
     *
     * @param member the member
     */
    record SuspicionEnded(Address member) implements Event {}

    /**
     * ↑ by failure detection: somebody who is not in the view takes this member for one of its own. Membership tells it if
     * this member has gone on to a later view.
     *
     * @param stranger who
     */
    record StrangerHeard(Address stranger) implements Event {}

    /**
     * ↑ by failure detection when it starts, if it is set to shun: should the others go on to a view without this member,
     * membership is to end its part in the group rather than let it go on by itself until it is merged.
     */
    record ShunExcluded() implements Event {}

    /** ↑ by verification, at its start: it answers {@link SuspicionReported} and {@link LinkAsked}. */
    record VerificationReady() implements Event {}

    /**
     * ↓ by membership: another member suspects this one, which may be that other's own fault; make sure. Answered with
     * {@link Suspected} or {@link Unsuspected}.
     *
     * @param member the member
     */
    record SuspicionReported(Address member) implements Event {}

    /**
     * ↓ by membership: does the link to a stranger carry, both ways, and not just now and then? Answered with {@link
     * LinkTried}, within a second or so.
     *
     * @param peer the stranger
     * @param physical where it is, null if the transport knows
     */
    record LinkAsked(Address peer, InetSocketAddress physical) implements Event {}

    /**
     * ↑ by verification.
     *
     * @param peer the stranger
     * @param carries false if too few questions were answered
     */
    record LinkTried(Address peer, boolean carries) implements Event {}

    /** ↓ by membership: send and deliver no more group packets of this view; answer with {@link Flushed}. May come again
     * in the same view; then report again. */
    record Flush() implements Event {}

    /**
     * ↑ by reliable multicast: nothing more is sent or delivered in this view beyond this, until told.
     *
     * @param digest what was delivered, of own packets what was sent
     */
    record Flushed(Digest digest) implements Event {}

    /**
     * ↓ by membership: deliver exactly up to the target, fetching what is missing from its holders; answer with {@link
     * Filled}.
     *
     * @param target what to deliver
     */
    record Fill(FlushTarget target) implements Event {}

    /** ↑ by reliable multicast: everything up to the target has been delivered. */
    record Filled() implements Event {}

    /** ↓ by membership: the view stays; go on as before {@link Flush}. */
    record FlushEnded() implements Event {}

    /**
     * ↑ by layers that hold packets back: pass down no more packets for a destination. What comes all the same is
     * queued. Counted: as many {@link SendingResumed} must follow.
     *
     * @param destination null for the group
     */
    record SendingPaused(Address destination) implements Event {}

    /**
     * ↑ ends a {@link SendingPaused}.
     *
     * @param destination null for the group
     */
    record SendingResumed(Address destination) implements Event {}

    /**
     * ↓ by the inbox and by layers that absorb data packets: the application has consumed packets of a sender.
     *
     * @param source the sender
     * @param toGroup whether they were group packets
     * @param bytes sum of their {@link Packet#credit}
     */
    record Consumed(Address source, boolean toGroup, long bytes) implements Event {}

    /** ↓ by stability: how far is this member? Answered with {@link DigestReported}. */
    record DigestRequested() implements Event {}

    /**
     * ↑ by reliable multicast.
     *
     * @param digest what was delivered so far in the current view
     */
    record DigestReported(Digest digest) implements Event {}

    /**
     * ↓ by stability: everybody in the view has this; forget it.
     *
     * @param digest the least of all members' digests
     */
    record Stable(Digest digest) implements Event {}

    /**
     * ↓ by the channel: fetch the state, cut at a new view.
     *
     * @param from name or id of the member that is to give it; empty for whoever can
     */
    record StateRequested(String from) implements Event {
        /** Let whoever can give the state. */
        public StateRequested() {
            this("");
        }
    }

    /**
     * ↑ by state transfer at the requester, right before the view at which its state is cut: what comes behind that view
     * waits for the state.
     *
     * @param diskBytes how much of it may wait on disk, with its credit given back
     */
    record StateAwaited(long diskBytes) implements Event {}

    /**
     * ↑ by state transfer, right after a view: take a snapshot at this view too, if the application's states are equal byte
     * by byte, in case that the provider dies.
     *
     * @param transfer which
     * @param view the cut
     */
    record SnapshotPrepared(StateTransfer transfer, View view) implements Event {}

    /**
     * ↑ by state transfer: nobody will ask for more of this snapshot.
     *
     * @param transfer which
     * @param view the cut
     */
    record SnapshotReleased(StateTransfer transfer, View view) implements Event {}

    /**
     * ↑ by state transfer at the provider: read the next chunk of the snapshot taken at a view.
     *
     * @param transfer which
     * @param view the cut
     * @param maxBytes largest chunk
     */
    record ChunkRequested(StateTransfer transfer, View view, int maxBytes) implements Event {}

    /**
     * ↓ by the channel: here it is.
     *
     * @param transfer which
     * @param view the cut
     * @param chunk the bytes; empty at the end
     * @param failure null, or why there is no more
     */
    record ChunkRead(StateTransfer transfer, View view, byte[] chunk, String failure) implements Event {}

    /**
     * ↑ by state transfer at the requester: the next chunk; to be answered with {@link ChunkWritten}.
     *
     * @param view the cut
     * @param chunk the bytes; empty at the end
     */
    record ChunkReceived(View view, byte[] chunk) implements Event {}

    /**
     * ↓ by the channel: the chunk has been taken.
     *
     * @param view the cut
     * @param failure null, or why it could not be
     */
    record ChunkWritten(View view, String failure) implements Event {}

    /**
     * ↑ by state transfer at the requester: the application has had chunks to take for long, and has taken none. If that
     * holds others up, the channel gives the state up by a {@link ChunkWritten} with a failure.
     */
    record StateOverdue() implements Event {}

    /**
     * ↑ by state transfer at the requester: nobody can give the state.
     *
     * @param reason why
     */
    record StateFailed(String reason) implements Event {}
}
