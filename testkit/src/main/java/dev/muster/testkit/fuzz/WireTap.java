package dev.muster.testkit.fuzz;

import dev.muster.api.ProtocolType;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.api.View;
import dev.muster.spi.Capability;
import dev.muster.spi.Context;
import dev.muster.spi.Event;
import dev.muster.spi.Header;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.Limits;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketCodec;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import dev.muster.spi.Transport;
import dev.muster.spi.WireWriter;
import dev.muster.testkit.simulation.DatagramTransport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A transport like {@link DatagramTransport} that keeps copies of what is sent: samples of every kind of packet, for
 * mutation. Which kind a packet is of, its headers and their first byte tell. For one simulation.
 */
public final class WireTap implements ProtocolProvider {

    /** The type. */
    public static final ProtocolType TYPE = ProtocolType.of("WIRETAP");

    private static final int KEPT_PER_KIND = 40;
    private static final int MOST_KEPT = 20_000;
    private static final int LONGEST_KEPT = 1_000;

    private final DatagramTransport.Provider inner = new DatagramTransport.Provider();
    private final List<byte[]> packets = new ArrayList<>();
    private final Map<Class<?>, List<Header>> headers = new HashMap<>();
    private final Map<String, Integer> kinds = new HashMap<>();
    private PacketCodec codec;
    private View view;

    /** Create a tap that has heard nothing. */
    public WireTap() {}

    /**
     * Packets heard.
     *
     * @return each as on the wire, a few of every kind, long ones cut off
     */
    public List<byte[]> packets() {
        return List.copyOf(packets);
    }

    /**
     * The codec of the stack that was started last.
     *
     * @return null before the first start; for reading it may be used by any thread once the simulation is over
     */
    public PacketCodec codec() {
        return codec;
    }

    /**
     * The largest view that was installed, the last of several: most packets heard belong to it.
     *
     * @return null before the first view
     */
    public View view() {
        return view;
    }

    /**
     * Headers heard.
     *
     * @param codecOfType encodes them
     * @param <H> their type
     * @return each as on the wire, a few of every kind
     */
    public <H extends Header> List<byte[]> headers(HeaderCodec<H> codecOfType) {
        List<byte[]> encoded = new ArrayList<>();
        for (Header header : headers.getOrDefault(codecOfType.type(), List.of())) {
            WireWriter out = new WireWriter(64);
            codecOfType.encode(codecOfType.type().cast(header), out);
            encoded.add(out.toByteArray());
        }
        return encoded;
    }

    private void hear(Packet packet) {
        WireWriter out = new WireWriter(256);
        StringBuilder kind = new StringBuilder();
        for (int index = 0; index < packet.headerCount(); index++) {
            String text = packet.headerAt(index).toString();
            kind.append(text, 0, Math.min(text.length(), 30));
        }
        if (packets.size() < MOST_KEPT && kinds.merge(kind.toString(), 1, Integer::sum) <= KEPT_PER_KIND) {
            codec.encodeHead(packet, out);
            // the beginning of a long payload will do: whatever reads payloads must cope with that anyway
            out.writeRaw(packet.buffer(), packet.offset(), Math.min(LONGEST_KEPT, packet.length()));
            packets.add(out.toByteArray());
            for (int index = 0; index < packet.headerCount(); index++) {
                Header header = packet.headerAt(index);
                headers.computeIfAbsent(header.getClass(), type -> new ArrayList<>()).add(header);
            }
        }
    }

    @Override
    public ProtocolType type() {
        return TYPE;
    }

    @Override
    public String says() {
        return "Carries each packet in a datagram of its own and keeps copies, for fuzzing.";
    }

    @Override
    public List<Setting<?>> settings() {
        return inner.settings();
    }

    @Override
    public Set<Capability> provides() {
        return inner.provides();
    }

    @Override
    public Protocol create(Settings settings) {
        return new Tapped((Transport) inner.create(settings));
    }

    private final class Tapped implements Transport {
        private final Transport transport;

        Tapped(Transport transport) {
            this.transport = transport;
        }

        @Override
        public void start(Context context) {
            codec = context.codec();
            transport.start(context);
        }

        @Override
        public void stop() {
            transport.stop();
        }

        @Override
        public void down(Packet packet) {
            hear(packet);
            transport.down(packet);
        }

        @Override
        public void flush() {
            transport.flush();
        }

        @Override
        public void timer(int id) {
            transport.timer(id);
        }

        @Override
        public Event event(Event event) {
            if (event instanceof Event.ViewInstalled installed
                    && (view == null || installed.view().size() >= view.size())) {
                view = installed.view();
            }
            return transport.event(event);
        }

        @Override
        public Limits limits(Limits below) {
            return transport.limits(below);
        }
    }
}
