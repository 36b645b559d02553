package dev.muster.interop;

import dev.muster.api.Channel;
import dev.muster.api.LayerDefinition;
import dev.muster.api.Message;
import dev.muster.api.ProtocolType;
import dev.muster.api.Receiver;
import dev.muster.api.StackBuilder;
import dev.muster.api.StackDefinition;
import dev.muster.api.View;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
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

    private static Map<String, String> with(Map<String, String> settings, String... others) {
        Map<String, String> all = new HashMap<>(settings);
        for (int i = 0; i < others.length; i += 2) {
            all.put(others[i], others[i + 1]);
        }
        return all;
    }

    /** All traffic goes through routers. */
    static MusterNode tunnelled(String routers, String group, String name) {
        return tunnelled(routers, group, name, Map.of());
    }

    /** All traffic goes through routers, with wishes about the connections with them. */
    static MusterNode tunnelled(String routers, String group, String name, Map<String, String> wishes) {
        return new MusterNode(shipped()
                .replace(TCP, "TUNNEL", with(wishes, "gossip_router_hosts", routers, "reconnect_interval", "200"))
                .replace(TCPPING, "TCPGOSSIP", with(wishes, "initial_hosts", routers, "reconnect_interval", "200")), group, name);
    }

    /** All traffic goes through routers that have the group's key. */
    static MusterNode sealed(String routers, Path keyFile, String group, String name) {
        StackDefinition open = shipped()
                .replace(TCP, "TUNNEL", Map.of("gossip_router_hosts", routers, "reconnect_interval", "200"))
                .replace(TCPPING, "TCPGOSSIP", Map.of("initial_hosts", routers, "reconnect_interval", "200")).definition();
        List<LayerDefinition> layers = new ArrayList<>(open.layers());
        layers.add(1, new LayerDefinition("ENCRYPT",
                List.of(new LayerDefinition.Assignment("key_file", keyFile.toString(), "test")), "test"));
        return new MusterNode(StackBuilder.of(new StackDefinition(open.origin(), layers, open.options())), group, name);
    }

    /** All traffic goes through routers, and nothing else is said of discovery. */
    static MusterNode tunnelledWithPing(String routers, String group, String name) {
        return new MusterNode(shipped()
                .replace(TCP, "TUNNEL", Map.of("gossip_router_hosts", routers, "reconnect_interval", "200"))
                .replace(TCPPING, "PING", Map.of()), group, name);
    }

    /** Routers only tell who is there. */
    static MusterNode gossiping(String routers, String group, String name) {
        return gossiping(routers, group, name, Map.of());
    }

    /** Routers only tell who is there, with wishes about the connections with them. */
    static MusterNode gossiping(String routers, String group, String name, Map<String, String> wishes) {
        return new MusterNode(shipped().replace(TCPPING, "TCPGOSSIP",
                with(wishes, "initial_hosts", routers, "reconnect_interval", "200")), group, name);
    }

    /** The same by PING, which names one router. */
    static MusterNode pinging(int port, String group, String name) {
        return new MusterNode(shipped().replace(TCPPING, "PING", Map.of("gossip_host", "127.0.0.1",
                "gossip_port", String.valueOf(port), "gossip_refresh", "500")), group, name);
    }

    @Override
    public void receive(Message message) {
        received.add(Texts.brief(message.payload()));
    }

    @Override
    public void send(byte[] text) {
        channel.send(text);
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
