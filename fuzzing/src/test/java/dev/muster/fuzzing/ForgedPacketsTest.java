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
import org.junit.jupiter.api.Test;

/**
 * Packets that can be read but make no sense: what is decoded reaches the protocols, as if members or strangers had sent
 * it. Without a key nobody can tell a forgery, so it may confuse a group; but no protocol may fail, run for ever, or take
 * memory for numbers that somebody else made up.
 */
class ForgedPacketsTest {

    private static final int LONGEST = 2_000;
    private static final int PACKETS_PER_LIFE = 200;
    /** A life of the protocol may begin with an input, and its answers are recorded. */
    private static final long PACKET_BYTES = 300_000;
    private static final long BYTES_PER_BYTE = 1_000;

    @Test
    void noProtocolFailsOnAPacketThatMakesNoSense() {
        Campaigns campaigns = new Campaigns();
        for (ProtocolProvider provider : Material.withHeaders()) {
            campaigns.add(() -> new Victim(provider).campaign());
        }
        campaigns.run();
    }

    /** One protocol in a view, life after life. */
    private static final class Victim {
        private final ProtocolProvider provider;
        private final PacketCodec codec = Material.TAP.codec();
        private final View view = Material.TAP.view();
        private final SplittableRandom random = new SplittableRandom(Sizes.SEED);
        private ProtocolHarness harness;
        private int packets;

        Victim(ProtocolProvider provider) {
            this.provider = provider;
        }

        Campaign.Report campaign() {
            begin();
            List<byte[]> samples = Material.TAP.packets().stream().filter(this::isOfInterest).toList();
            return Campaign.of(provider.type() + " forged", this::take).refusingWith(MalformedException.class)
                    .allocatingAtMost(PACKET_BYTES, BYTES_PER_BYTE)
                    .run(new Mutator(Sizes.SEED, samples, LONGEST), Sizes.INPUTS / 4, Sizes.LIMIT);
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

        private void take(byte[] input) {
            Packet packet = codec.decode(input, 0, input.length);
            if (++packets > PACKETS_PER_LIFE) {
                begin();
            }
            Address source = random.nextInt(4) == 0 ? ProtocolHarness.member(77)
                    : view.members().get(1 + random.nextInt(view.size() - 1));
            Packet forged = packet.from(source, packet.cluster());
            harness.up(packet.has(Packet.TO_PHYSICAL)
                    ? forged.withPhysical(new InetSocketAddress(InetAddress.getLoopbackAddress(), 7801)) : forged);
            if (random.nextInt(20) == 0) {
                harness.advance(Duration.ofMillis(random.nextInt(500)));
            }
            if (random.nextInt(100) == 0) {
                harness.clear();
            }
        }
    }
}
