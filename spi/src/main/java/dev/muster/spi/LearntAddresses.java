package dev.muster.spi;

import dev.muster.api.Address;
import dev.muster.api.View;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a transport without connections reaches members: as it was told, or where they were heard from. Members of the view
 * stay; of others so many are remembered as a joining crowd may be.
 *
 * <p>For the owner of the stack only.
 */
public final class LearntAddresses {

    private static final int STRANGERS_REMEMBERED = 1_000;

    private final Context context;
    private final long cluster;
    private final Map<Address, InetSocketAddress> addresses = new LinkedHashMap<>();
    private List<Address> others = List.of();

    /**
     * Know nobody.
     *
     * @param context the transport's
     */
    public LearntAddresses(Context context) {
        this.context = context;
        this.cluster = PacketCodec.clusterId(context.cluster());
    }

    /**
     * Whoever sends to this member, or asks it, is where that comes from. Other clusters say nothing about where our members
     * are; who sends to the group may do so from a socket that nobody reads, and its address was told along with the view.
     *
     * @param packet that has arrived
     * @param from the socket that sent it
     */
    public void learn(Packet packet, InetSocketAddress from) {
        if (packet.cluster() == cluster && !packet.isToGroup() && packet.source() != null) {
            addresses.put(packet.source(), from);
        }
    }

    /**
     * Take notice of views, and of addresses that layers above have learnt.
     *
     * @param event any
     */
    public void event(Event event) {
        if (event instanceof Event.ViewInstalled installed) {
            View view = installed.view();
            others = installed.others(context.self());
            if (addresses.size() > view.size() + STRANGERS_REMEMBERED) {
                addresses.keySet().removeIf(member -> !view.contains(member));
            }
        } else if (event instanceof Event.PhysicalAddresses learnt) {
            addresses.putAll(learnt.addresses());
        }
    }

    /**
     * Whom a group packet is for.
     *
     * @return the other members of the view, in its order
     */
    public List<Address> others() {
        return others;
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
