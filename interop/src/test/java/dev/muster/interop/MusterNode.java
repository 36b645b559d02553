package dev.muster.interop;

import dev.muster.api.Channel;
import dev.muster.api.Message;
import dev.muster.api.ProtocolType;
import dev.muster.api.Receiver;
import dev.muster.api.StackBuilder;
import dev.muster.api.View;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A member of a group of ours: the shipped stack, with another transport or another discovery. */
final class MusterNode implements Node, Receiver {

    private static final ProtocolType TCP = ProtocolType.of("TCP");
    private static final ProtocolType TCPPING = ProtocolType.of("TCPPING");

    private final Channel channel;
    private final List<String> received = new CopyOnWriteArrayList<>();

    private MusterNode(StackBuilder stack, String group, String name) {
        channel = stack.name(name).build().receiver(this);
        channel.connect(group);
    }

    private static StackBuilder shipped() {
        return StackBuilder.of(StackBuilder.named("default", Map.of("muster.start_port", "0")).definition());
    }

    /** All traffic goes through routers. */
    static MusterNode tunnelled(String routers, String group, String name) {
        return new MusterNode(shipped()
                .replace(TCP, "TUNNEL", Map.of("gossip_router_hosts", routers, "reconnect_interval", "200"))
                .replace(TCPPING, "TCPGOSSIP", Map.of("initial_hosts", routers, "reconnect_interval", "200")), group, name);
    }

    /** All traffic goes through routers, and nothing else is said of discovery. */
    static MusterNode tunnelledWithPing(String routers, String group, String name) {
        return new MusterNode(shipped()
                .replace(TCP, "TUNNEL", Map.of("gossip_router_hosts", routers, "reconnect_interval", "200"))
                .replace(TCPPING, "PING", Map.of()), group, name);
    }

    /** Routers only tell who is there. */
    static MusterNode gossiping(String routers, String group, String name) {
        return new MusterNode(shipped()
                .replace(TCPPING, "TCPGOSSIP", Map.of("initial_hosts", routers, "reconnect_interval", "200")), group, name);
    }

    /** The same by PING, which names one router. */
    static MusterNode pinging(int port, String group, String name) {
        return new MusterNode(shipped().replace(TCPPING, "PING", Map.of("gossip_host", "127.0.0.1",
                "gossip_port", String.valueOf(port), "gossip_refresh", "500")), group, name);
    }

    @Override
    public void receive(Message message) {
        received.add(message.text());
    }

    @Override
    public void send(String text) {
        channel.send(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    @Override
    public List<String> received() {
        return received;
    }

    @Override
    public int members() {
        View view = channel.view();
        return view == null ? 0 : view.size();
    }

    @Override
    public void close() {
        channel.close();
    }

    @Override
    public String toString() {
        return channel.address() + " in " + channel.view() + ", given " + received;
    }
}
