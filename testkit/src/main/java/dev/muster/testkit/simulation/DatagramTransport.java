package dev.muster.testkit.simulation;

import dev.muster.api.ProtocolType;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.spi.ArrivingPackets;
import dev.muster.spi.Audiences;
import dev.muster.spi.Capability;
import dev.muster.spi.Context;
import dev.muster.spi.Event;
import dev.muster.spi.LearntAddresses;
import dev.muster.spi.Limits;
import dev.muster.spi.Network;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketCodec;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import dev.muster.spi.SharedTransport;
import dev.muster.spi.Tenant;
import dev.muster.spi.TransportSettings;
import dev.muster.spi.WireWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A transport for tests: one datagram per packet and receiver, nothing hidden. What the link loses, repeats or reorders
 * reaches the layers above as it is.
 *
 * <p>A packet to the group goes, encoded once, to every other member of the last view installed. Packets to members that
 * nobody has told the address of are dropped and counted as {@code unknown_destinations}; bytes that are no packet as
 * {@code malformed}.
 */
public final class DatagramTransport implements SharedTransport {

    /** The type. */
    public static final ProtocolType TYPE = ProtocolType.of("DATAGRAM");

    /** Where to bind. */
    public static final Setting<Integer> BIND_PORT = Setting.integer("bind_port", 7800).atLeast(0).atMost(65_535)
            .says("port to bind to; 0: any");

    private static final Logger LOG = LoggerFactory.getLogger(DatagramTransport.class);
    private static final int MOST_DATAGRAM_BYTES = 65_507;

    private final InetSocketAddress wanted;
    private final int maxBytes;
    private final WireWriter out = new WireWriter(2_000);
    private final Audiences audiences = new Audiences();
    private final LearntAddresses addresses = new LearntAddresses(audiences);
    private Context context;
    private ArrivingPackets arriving;
    private Network.Datagrams socket;

    private DatagramTransport(InetSocketAddress wanted, int maxBytes) {
        this.wanted = wanted;
        this.maxBytes = maxBytes;
    }

    @Override
    public void open(Context given) {
        context = given;
        arriving = new ArrivingPackets(given, true, warning -> LOG.debug("{}: {}", given.self(), warning));
        try {
            socket = given.network().openDatagrams(wanted, new Reader());
        } catch (IOException e) {
            throw new UncheckedIOException(TYPE + ": " + e.getMessage(), e);
        }
        context.emitUp(new Event.TransportReady(socket.local()));
    }

    @Override
    public void stop() {
        socket.close();
    }

    @Override
    public Limits limits(Tenant tenant) {
        return Limits.NONE.atMost(maxBytes).less(PacketCodec.FIXED_HEAD_BYTES);
    }

    @Override
    public void event(Tenant tenant, Event event) {
        addresses.event(tenant, event);
    }

    @Override
    public Audiences audiences() {
        return audiences;
    }

    @Override
    public boolean tellsWhatItKeeps() {
        return true;
    }

    @Override
    public void down(Packet packet) {
        List<InetSocketAddress> targets = targets(packet);
        if (targets.isEmpty()) {
            return;
        }
        out.clear();
        context.codec().encodeHead(packet, out);
        out.writeRaw(packet.buffer(), packet.offset(), packet.length());
        ByteBuffer datagram = ByteBuffer.wrap(out.array(), 0, out.length());
        for (InetSocketAddress target : targets) {
            datagram.rewind();
            if (!socket.send(datagram, target)) {
                context.counter("refused_datagrams").increment();
            }
        }
    }

    private List<InetSocketAddress> targets(Packet packet) {
        List<InetSocketAddress> targets = new ArrayList<>();
        if (!packet.isToGroup()) {
            addTarget(addresses.target(packet), targets);
        } else {
            audiences.others(packet.cluster()).forEach(member -> addTarget(addresses.of(member), targets));
        }
        return targets;
    }

    private void addTarget(InetSocketAddress target, List<InetSocketAddress> targets) {
        if (target == null) {
            context.counter("unknown_destinations").increment();
        } else {
            targets.add(target);
        }
    }

    @Override
    public void flush() {
        // each packet has left on its own
    }

    private final class Reader implements Network.DatagramHandler {
        @Override
        public void received(ByteBuffer datagram, InetSocketAddress remote) {
            Packet packet = arriving.addDatagram(datagram, remote);
            if (packet != null) {
                addresses.learn(packet, remote);
            }
        }

        @Override
        public void receivedAll() {
            arriving.passUp();
        }
    }

    /** Publishes it. */
    public static final class Provider implements ProtocolProvider {

        /** For the service loader. */
        public Provider() {}

        @Override
        public ProtocolType type() {
            return TYPE;
        }

        @Override
        public String says() {
            return "Carries each packet in a datagram of its own, for tests.";
        }

        @Override
        public List<Setting<?>> settings() {
            List<Setting<?>> all = new ArrayList<>(TransportSettings.ALL);
            all.add(BIND_PORT);
            return all;
        }

        @Override
        public Set<Capability> provides() {
            return Set.of(Capability.TRANSPORT);
        }

        @Override
        public Protocol create(Settings settings) {
            int maxBytes = (int) Math.min(MOST_DATAGRAM_BYTES, settings.get(TransportSettings.MAX_BUNDLE_SIZE));
            return new DatagramTransport(address(settings), maxBytes);
        }

        private static InetSocketAddress address(Settings settings) {
            String host = settings.find(TransportSettings.BIND_ADDR).orElse("127.0.0.1");
            try {
                return new InetSocketAddress(InetAddress.getByName(host), settings.get(BIND_PORT));
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(TransportSettings.BIND_ADDR + "=" + host + " is no address", e);
            }
        }
    }
}
