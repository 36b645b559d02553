package dev.muster.protocols.discovery;

import dev.muster.spi.Context;
import dev.muster.spi.Packet;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;

/** Everybody whose transport has joined the same multicast group: one question reaches all of them. */
final class TransportGroup implements Contacts {

    private Context context;
    private List<InetSocketAddress> group = List.of();

    @Override
    public void start(Context newContext, Consumer<Packet> arrived) {
        context = newContext;
    }

    @Override
    public void multicastReady(InetSocketAddress address) {
        group = List.of(address);
    }

    @Override
    public List<InetSocketAddress> hosts() {
        return group;
    }

    @Override
    public void ask(Packet question) {
        context.passDown(question);
    }
}
