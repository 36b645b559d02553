package dev.muster.protocols.reliability;

import dev.muster.api.Address;
import dev.muster.api.View;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everybody this member ever exchanged reliable packets with, up to a bound. Strangers are kept too, so that nothing of an
 * old connection of theirs is taken for new; when there are too many, the oldest to whom nothing is under way goes, and of it
 * only two numbers are remembered, for sixteen times as many. Those with whom this member has had to do are remembered apart:
 * however many strangers talk to it, they do not make it forget these.
 */
final class Peers {

    private static final int MOST = 4_096;
    private static final int MOST_REMEMBERED = 65_536;

    /** How far a connection had come whose peer was forgotten, so that nothing of it is handed up again. */
    private record Remembered(long connection, long delivered) {}

    private final Map<Address, Peer> peers = new LinkedHashMap<>();
    private final Map<Address, Remembered> strangers = new LinkedHashMap<>();
    private final Map<Address, Remembered> acquaintances = new LinkedHashMap<>();
    private View view;

    /** The peer, or null if it is unknown. */
    Peer find(Address address) {
        return peers.get(address);
    }

    /** The peer, known from now on. */
    Peer of(Address address) {
        Peer peer = peers.get(address);
        if (peer == null) {
            forgetStranger();
            peer = new Peer(address);
            peer.isAcquainted = acquaintances.containsKey(address);
            Remembered before = (peer.isAcquainted ? acquaintances : strangers).remove(address);
            if (before != null) {
                peer.in = new ReceiveConnection(before.connection(), before.delivered());
            }
            peers.put(address, peer);
        }
        return peer;
    }

    private void forgetStranger() {
        Iterator<Peer> oldest = peers.values().iterator();
        while (peers.size() >= MOST && oldest.hasNext()) {
            Peer peer = oldest.next();
            if (!isMember(peer) && (peer.out == null || peer.out.isIdle())) {
                oldest.remove();
                remember(peer);
            }
        }
    }

    private void remember(Peer peer) {
        if (peer.in != null) {
            Map<Address, Remembered> remembered = peer.isAcquainted ? acquaintances : strangers;
            remembered.put(peer.address, new Remembered(peer.in.number(), peer.in.delivered()));
            if (remembered.size() > MOST_REMEMBERED) {
                remembered.remove(remembered.keySet().iterator().next());
            }
        }
    }

    /** All of them, oldest first. */
    Collection<Peer> all() {
        return peers.values();
    }

    /** What is kept of those who are no members until more of them comes. */
    long bytesOfStrangers() {
        long bytes = 0;
        for (Peer peer : peers.values()) {
            if (peer.in != null && !isMember(peer)) {
                bytes += peer.in.bytes();
            }
        }
        return bytes;
    }

    /**
     * What waits for more of somebody who has been silent for long would wait for ever: forget it. A member, too, may have given
     * up the connection meanwhile, because it had gone on without this member; of its messages the parts are kept.
     *
     * @return how long until there is somebody else to be forgotten, {@link SendConnection#NEVER} if there is nobody
     */
    long forgetTheSilent(long now, long after) {
        long left = SendConnection.NEVER;
        for (Peer peer : peers.values()) {
            boolean member = isMember(peer);
            if (peer.in == null || (member ? peer.in.behindGap() : peer.in.waiting()) == 0) {
                continue;
            }
            long silent = now - peer.in.heardAt;
            if (silent < after) {
                left = Math.min(left, after - silent);
            } else if (member) {
                peer.in.trimGap();
            } else {
                peer.in.trim();
            }
        }
        return left;
    }

    boolean isMember(Peer peer) {
        return view != null && view.contains(peer.address);
    }

    /** Learn of a view; those that were members and are no longer. */
    List<Peer> install(View next) {
        List<Peer> leavers = new ArrayList<>();
        if (view != null) {
            for (Address member : view.members()) {
                if (!next.contains(member)) {
                    Peer peer = of(member);
                    peer.isAcquainted = true;
                    leavers.add(peer);
                }
            }
        }
        view = next;
        return leavers;
    }
}
