package dev.muster.spi;

import dev.muster.api.Address;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where a transport without connections reaches members: as it was told, or where they were heard from. Members of the view
 * stay; of others so many are remembered as a joining crowd may be.
 *
 * <p>For the owner of the stack only.
 */
public final class LearntAddresses {

    private static final int STRANGERS_REMEMBERED = 1_000;

    private final Audiences audiences;
    private final Map<Address, InetSocketAddress> addresses = new LinkedHashMap<>();

    /**
     * Know nobody.
     *
     * @param audiences of the clusters that the transport serves; kept up to date here
     */
    public LearntAddresses(Audiences audiences) {
        this.audiences = audiences;
    }

    /**
     * Whoever sends to this member, or asks it, is where that comes from. Other clusters say nothing about where our members
     * are; who sends to the group may do so from a socket that nobody reads, and its address was told along with the view.
     *
     * @param packet that has arrived
     * @param from the socket that sent it
     */
    public void learn(Packet packet, InetSocketAddress from) {
        if (audiences.serves(packet.cluster()) && !packet.isToGroup() && packet.source() != null) {
            addresses.put(packet.source(), from);
        }
    }

    /**
     * Take notice of views, and of addresses that layers above have learnt.
     *
     * @param tenant the cluster that it concerns
     * @param event any
     */
    public void event(Tenant tenant, Event event) {
        if (event instanceof Event.ViewInstalled installed) {
            audiences.install(tenant, installed);
            if (addresses.size() > audiences.size() + STRANGERS_REMEMBERED) {
                addresses.keySet().removeIf(member -> !audiences.contains(member));
            }
        } else if (event instanceof Event.PhysicalAddresses learnt) {
            addresses.putAll(learnt.addresses());
        }
    }

    /**
     * Where a packet for one is to go.
     *
     * @param packet not for the group
     * @return the place it names itself, else that of its receiver; null if that is not known
     */
    public InetSocketAddress target(Packet packet) {
        return packet.physical() != null ? packet.physical() : of(packet.destination());
    }

    /**
     * Where a member is.
     *
     * @param member anybody
     * @return null if that is not known
     */
    public InetSocketAddress of(Address member) {
        return addresses.get(member);
    }
}
