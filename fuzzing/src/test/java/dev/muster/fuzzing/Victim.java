package dev.muster.fuzzing;

import dev.muster.api.Address;
import dev.muster.api.Settings;
import dev.muster.api.View;
import dev.muster.spi.Event;
import dev.muster.spi.Header;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.MalformedException;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketCodec;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.ProtocolHarness;
import dev.muster.testkit.ScriptedNetwork;
import dev.muster.testkit.fuzz.Mutator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** One protocol in a view, life after life, to which everything is brought that anybody says. */
final class Victim {
    private final ProtocolProvider provider;
    private final PacketCodec codec = Material.TAP.codec();
    private final View view = Material.TAP.view();
    private final SplittableRandom random = new SplittableRandom(Sizes.SEED);
    private ProtocolHarness harness;
    private final int packetsPerLife;
    private int packets;
    private boolean strangers;

    Victim(ProtocolProvider provider, int packetsPerLife) {
        this.provider = provider;
        this.packetsPerLife = packetsPerLife;
        begin();
    }

    /** Half of what it gets comes from members and half from ever new strangers. */
    Victim amongStrangers() {
        strangers = true;
        return this;
    }

    /** Packets that carry headers of its own. */
    List<byte[]> samples() {
        return Material.TAP.packets().stream().filter(this::isOfInterest).toList();
    }

    void clear() {
        harness.clear();
    }

    /** Bring it packets, readable or not. */
    void take(Mutator mutator, int count) {
        for (int packet = 0; packet < count; packet++) {
            try {
                take(mutator.next());
            } catch (MalformedException e) {
                // of no interest here
                packets++;
            }
        }
        harness.clear();
    }

    private boolean isOfInterest(byte[] sample) {
        Packet packet = codec.decode(sample, 0, sample.length);
        for (HeaderCodec<?> own : provider.headers()) {
            for (int index = 0; index < packet.headerCount(); index++) {
                Header header = packet.headerAt(index);
                if (own.type().isInstance(header)) {
                    return true;
                }
            }
        }
        return false;
    }

    private void begin() {
        InetSocketAddress place = new InetSocketAddress(InetAddress.getLoopbackAddress(), 7800);
        harness = ProtocolHarness.of(provider, new Settings()).self(view.members().get(0)).seed(packets)
                .network(new ScriptedNetwork()).start();
        harness.event(new Event.TransportReady(place)).event(new Event.Connect(random.nextBoolean()));
        harness.event(new Event.MembersFound("join", List.of()));
        harness.event(new Event.ViewInstalled(view, List.of()));
        packets = 0;
    }

    /** Bring it a packet. */
    void take(byte[] input) {
        Packet packet = codec.decode(input, 0, input.length);
        if (++packets > packetsPerLife) {
            begin();
        }
        Packet forged = packet.from(source(), packet.cluster());
        harness.up(packet.has(Packet.TO_PHYSICAL)
                ? forged.withPhysical(new InetSocketAddress(InetAddress.getLoopbackAddress(), 7801)) : forged);
        if (random.nextInt(20) == 0) {
            harness.advance(Duration.ofMillis(random.nextInt(500)));
        }
        if (random.nextInt(100) == 0) {
            harness.clear();
        }
    }

    private Address source() {
        if (strangers && random.nextBoolean()) {
            return Address.of(random.nextLong(), random.nextLong(), "");
        }
        return random.nextInt(4) == 0 ? ProtocolHarness.member(77)
                : view.members().get(1 + random.nextInt(view.size() - 1));
    }
}
