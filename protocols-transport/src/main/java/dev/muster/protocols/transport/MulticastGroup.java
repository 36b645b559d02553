package dev.muster.protocols.transport;

import dev.muster.spi.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The sockets with which a member takes part in a multicast group. */
final class MulticastGroup {

    private final InetSocketAddress address;
    private final Network.Subscription subscription;
    private final List<Network.Datagrams> senders;
    /** Opened here, so closed here: the transport's own socket is not among them. */
    private final List<Network.Datagrams> opened;

    private MulticastGroup(InetSocketAddress address, Network.Subscription subscription, List<Network.Datagrams> senders,
            List<Network.Datagrams> opened) {
        this.address = address;
        this.subscription = subscription;
        this.senders = senders;
        this.opened = opened;
    }

    /**
     * Where to take part.
     *
     * @param address of the group
     * @param receive an address of each interface to listen on
     * @param send an address of each interface to send on
     * @param options wishes about the sockets
     */
    record Place(InetSocketAddress address, List<InetAddress> receive, List<InetAddress> send,
            Network.DatagramOptions options) {}

    /**
     * Join.
     *
     * @param own the transport's socket, which sends on its own interface
     * @throws IOException if the group can't be joined
     */
    static MulticastGroup join(Network network, Place place, Network.Datagrams own, Network.DatagramHandler reader)
            throws IOException {
        List<Network.Datagrams> senders = new ArrayList<>();
        List<Network.Datagrams> opened = new ArrayList<>();
        for (InetAddress through : place.send()) {
            if (through.equals(own.local().getAddress())) {
                senders.add(own);
            } else {
                // answers go to addresses that members tell, never to this socket
                Network.Datagrams socket = network.openDatagrams(new InetSocketAddress(through, 0), place.options(), reader);
                senders.add(socket);
                opened.add(socket);
            }
        }
        Network.Subscription joined = network.subscribe(place.address(), place.receive(), place.options(), reader);
        return new MulticastGroup(place.address(), joined, senders, opened);
    }

    InetSocketAddress address() {
        return address;
    }

    int receiveBufferBytes() {
        return subscription.receiveBufferBytes();
    }

    int sendBufferBytes() {
        return senders.stream().mapToInt(Network.Datagrams::sendBufferBytes).min().orElse(Integer.MAX_VALUE);
    }

    /** Whether a datagram from there is one that this member multicast itself. */
    boolean isOwn(InetSocketAddress remote) {
        for (int i = 0; i < senders.size(); i++) {
            if (senders.get(i).local().equals(remote)) {
                return true;
            }
        }
        return false;
    }

    /** Send once on each interface; false if one of them did not take it. */
    boolean send(ByteBuffer datagram) {
        boolean all = true;
        for (int i = 0; i < senders.size(); i++) {
            datagram.rewind();
            all &= senders.get(i).send(datagram, address);
        }
        return all;
    }

    void close() {
        subscription.close();
        opened.forEach(Network.Datagrams::close);
    }
}
