package dev.muster.protocols.transport;

import dev.muster.api.Address;
import dev.muster.spi.Audiences;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who is reached at which physical address. Several members may be at one: a process has one in each of its clusters. */
final class Peers {

    private static final int MOST_IDLE = 1024;

    private final long queueBytes;
    private final Map<InetSocketAddress, Peer> byAddress = new LinkedHashMap<>();
    private final Map<Address, Peer> byMember = new LinkedHashMap<>();

    /** Nobody is known. */
    Peers(long queueBytes) {
        this.queueBytes = queueBytes;
    }

    /** The peer at a physical address, known or not. */
    Peer at(InetSocketAddress address) {
        Peer peer = byAddress.get(address);
        if (peer == null) {
            if (byAddress.size() >= MOST_IDLE) {
                forgetOneIdle();
            }
            peer = new Peer(address, queueBytes);
            byAddress.put(address, peer);
        }
        return peer;
    }

    private void forgetOneIdle() {
        Iterator<Peer> peers = byAddress.values().iterator();
        while (peers.hasNext()) {
            Peer peer = peers.next();
            if (peer.isIdle() && !byMember.containsValue(peer)) {
                peers.remove();
                return;
            }
        }
    }

    /** The peer that a member is reached at; null if that is not known. */
    Peer of(Address member) {
        return byMember.get(member);
    }

    /** Learn where a member is reached, unless a connection to it proves another place. */
    void learn(Address member, InetSocketAddress address) {
        Peer known = byMember.get(member);
        boolean better = known == null || !known.isConnected() && !known.address.equals(address);
        if (better && !address.isUnresolved() && address.getPort() != 0) {
            byMember.put(member, at(address));
        }
    }

    /** A connection proves where a member is, unless another one does. */
    void prove(Address member, Peer peer) {
        Peer known = byMember.get(member);
        if (known == null || known == peer || !known.isConnected()) {
            byMember.put(member, peer);
        }
    }

    /** A member is at a place no more. */
    void disprove(Address member, Peer peer) {
        byMember.remove(member, peer);
    }

    /** Forget where those were that are neither members nor connected. */
    void forgetStrangers(Audiences audiences) {
        if (byMember.size() > audiences.size() + MOST_IDLE) {
            byMember.entrySet().removeIf(e -> !audiences.contains(e.getKey()) && e.getValue().isIdle());
        }
    }

    /** All as of now. */
    Collection<Peer> all() {
        return List.copyOf(byAddress.values());
    }

    /** What waits for them. */
    long queuedBytes() {
        return byAddress.values().stream().mapToLong(peer -> peer.queue.bytes()).sum();
    }
}
