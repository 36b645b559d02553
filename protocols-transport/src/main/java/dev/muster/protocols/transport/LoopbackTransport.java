package dev.muster.protocols.transport;

import dev.muster.api.Address;
import dev.muster.api.ConfigurationException;
import dev.muster.api.ProtocolType;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.spi.Audiences;
import dev.muster.spi.Capability;
import dev.muster.spi.Context;
import dev.muster.spi.Counter;
import dev.muster.spi.Event;
import dev.muster.spi.Figure;
import dev.muster.spi.InProcess;
import dev.muster.spi.Limits;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import dev.muster.spi.PacketCodec;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import dev.muster.spi.SharedTransport;
import dev.muster.spi.Tenant;
import dev.muster.spi.TransportSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Connects the members of one process without sockets and without encoding: for tests and demonstrations. Addresses look
 * like those of TCP, so that the same discovery finds the members.
 */
public final class LoopbackTransport implements SharedTransport {

    /** Name in stacks. */
    public static final ProtocolType TYPE = ProtocolType.of("LOOPBACK");

    /** First port to try. */
    public static final Setting<Integer> START_PORT = Setting.integer("start_port", 7800).alias("bind_port")
            .atLeast(0).atMost(PortRange.HIGHEST)
            .says("first number to try as port; has nothing to do with ports of sockets");

    private final Settings settings;
    private final Map<Address, InetSocketAddress> addresses = new LinkedHashMap<>();
    private final Audiences audiences = new Audiences();
    private Context context;
    private InProcess.Port port;
    private Counter unknown;
    private Counter sent;
    private Counter received;

    /** Publishes the transport. */
    public static final class Provider implements ProtocolProvider {

        /** For the service loader. */
        public Provider() {}

        @Override
        public ProtocolType type() {
            return TYPE;
        }

        @Override
        public List<String> aliases() {
            return List.of("SHARED_LOOPBACK");
        }

        @Override
        public String says() {
            return "connects the members of one process without sockets";
        }

        @Override
        public List<String> promises() {
            return List.of(
                    "packets arrive in order as long as the receiver lives; nothing leaves the process");
        }

        @Override
        public List<Figure> figures() {
            return List.of(
                    new Figure("packets_sent", "packets handed to the system"),
                    new Figure("packets_received", "packets received"),
                    new Figure("dropped_unknown_receiver", "packets to members of whom no address is known"),
                    new Figure("packets_not_for_us", "packets of other groups, to other members, or of this member "
                        + "itself, passed over"));
        }

        @Override
        public List<Setting<?>> settings() {
            List<Setting<?>> all = new ArrayList<>(TransportSettings.ALL);
            all.add(START_PORT);
            all.add(UdpSettings.PORT_RANGE.withoutEffect("all numbers after start_port are tried"));
            all.add(TransportSettings.DISCARD_INCOMPATIBLE_PACKETS.withoutEffect("packets stay what they are; nothing is read"));
            all.addAll(UdpSettings.withoutMulticast("members reach one another without interfaces"));
            return all;
        }

        @Override
        public Set<Capability> provides() {
            return Set.of(Capability.TRANSPORT);
        }

        @Override
        public Protocol create(Settings settings) {
            return new LoopbackTransport(settings);
        }
    }

    LoopbackTransport(Settings settings) {
        this.settings = settings;
    }

    @Override
    public void open(Context newContext) {
        context = newContext;
        unknown = context.counter("dropped_unknown_receiver");
        sent = context.counter("packets_sent");
        received = context.counter("packets_received");
        port = open(context.network().inProcess());
        context.emitUp(new Event.TransportReady(port.local()));
    }

    private InProcess.Port open(InProcess process) {
        IOException problem = null;
        for (int number = settings.get(START_PORT); number <= PortRange.HIGHEST; number++) {
            try {
                return process.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), number), this::received);
            } catch (IOException e) {
                problem = e;
            }
        }
        throw new ConfigurationException("LOOPBACK: no number from start_port=" + settings.get(START_PORT)
                + " on is free in this process; lower start_port", problem);
    }

    private void received(PacketBatch batch) {
        received.add(batch.size());
        for (Packet packet : batch) {
            if (packet.source() != null) {
                learn(packet.source(), packet.physical());
            }
        }
        context.passUp(batch);
    }

    private void learn(Address member, InetSocketAddress address) {
        if (address != null && !member.equals(context.self())) {
            addresses.putIfAbsent(member, address);
        }
    }

    @Override
    public void stop() {
        if (port != null) {
            port.close();
        }
    }

    @Override
    public Limits limits(Tenant tenant) {
        int most = (int) Math.min(Integer.MAX_VALUE, settings.get(TransportSettings.MAX_BUNDLE_SIZE))
                - PacketCodec.FIXED_HEAD_BYTES - TcpTransport.HEADER_RESERVE;
        return new Limits(most, most, settings.get(TransportSettings.ENABLE_BUNDLING));
    }

    @Override
    public void down(Packet packet) {
        if (packet.isToGroup()) {
            for (Address member : audiences.others(packet.cluster())) {
                send(packet, addresses.get(member), member);
            }
        } else {
            InetSocketAddress known = addresses.get(packet.destination());
            send(packet, known == null ? packet.physical() : known, packet.destination());
        }
    }

    private void send(Packet packet, InetSocketAddress remote, Address member) {
        if (remote == null) {
            unknown.increment();
        } else if (port.send(packet, remote)) {
            sent.increment();
        } else {
            context.emitUp(new Event.Unreachable(remote));
            if (member != null && addresses.remove(member) != null) {
                context.emitUp(new Event.ConnectionLost(member));
            }
        }
    }

    @Override
    public void flush() {}

    @Override
    public void event(Tenant tenant, Event event) {
        if (event instanceof Event.ViewInstalled installed) {
            audiences.install(tenant, installed);
            addresses.keySet().removeIf(member -> !audiences.contains(member));
        } else if (event instanceof Event.PhysicalAddresses known) {
            known.addresses().forEach(this::learn);
        }
    }

    @Override
    public Audiences audiences() {
        return audiences;
    }
}
