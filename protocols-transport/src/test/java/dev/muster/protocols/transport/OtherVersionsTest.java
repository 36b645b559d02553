package dev.muster.protocols.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.HostPort;
import dev.muster.api.ProtocolType;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.spi.ArrivingPackets;
import dev.muster.spi.Context;
import dev.muster.spi.MalformedException;
import dev.muster.spi.Network;
import dev.muster.spi.Packet;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import dev.muster.spi.TransportSettings;
import dev.muster.spi.router.RouterAddress;
import dev.muster.spi.router.RouterCodec;
import dev.muster.spi.router.RouterMessage;
import dev.muster.testkit.ProtocolHarness;
import dev.muster.testkit.ScriptedNetwork;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of packets of another version of the wire format, in every transport that reads bytes. */
class OtherVersionsTest {

    private static final Address ANN = ProtocolHarness.member(1);
    private static final Address BOB = ProtocolHarness.member(2);
    private static final InetSocketAddress AT_BOB = new InetSocketAddress(InetAddress.getLoopbackAddress(), 7801);

    /** How bytes of Bob come to Ann. */
    enum Way {
        DATAGRAM(new UdpTransport.Provider()) {
            @Override
            void begin(ProtocolHarness ann, ScriptedNetwork network) {}

            @Override
            void arrive(ProtocolHarness ann, ScriptedNetwork network, byte[] packet) {
                Network.DatagramHandler handler = network.sockets().get(0).handler();
                handler.received(ByteBuffer.wrap(packet), AT_BOB);
                handler.receivedAll();
            }
        },
        STREAM(new TcpTransport.Provider()) {
            @Override
            void begin(ProtocolHarness ann, ScriptedNetwork network) {
                network.accept(0, AT_BOB);
                hear(network, TcpTransportTest.hello(BOB, AT_BOB));
            }

            @Override
            void arrive(ProtocolHarness ann, ScriptedNetwork network, byte[] packet) {
                byte[] frame = new byte[FrameReader.HEAD_BYTES + packet.length];
                ByteBuffer.wrap(frame).putInt(FrameReader.head(FrameReader.PACKET, packet.length)).put(packet);
                hear(network, frame);
            }
        },
        ROUTER(new TunnelTransport.Provider()) {
            @Override
            void begin(ProtocolHarness ann, ScriptedNetwork network) {
                network.stream(0).handler().connected();
            }

            @Override
            void arrive(ProtocolHarness ann, ScriptedNetwork network, byte[] packet) {
                ByteBuffer frame = RouterCodec.frame(RouterMessage.message(ann.cluster(), RouterAddress.Id.of(ANN),
                        RouterAddress.Id.of(BOB), ByteBuffer.wrap(packet)));
                hear(network, Arrays.copyOfRange(frame.array(), frame.position(), frame.limit()));
            }
        };

        private final ProtocolProvider transport;

        Way(ProtocolProvider transport) {
            this.transport = transport;
        }

        abstract void begin(ProtocolHarness ann, ScriptedNetwork network);

        abstract void arrive(ProtocolHarness ann, ScriptedNetwork network, byte[] packet);

        private static void hear(ScriptedNetwork network, byte[] bytes) {
            network.stream(0).handler().received(ByteBuffer.wrap(bytes));
            network.stream(0).handler().receivedAll();
        }
    }

    private final ScriptedNetwork network = new ScriptedNetwork();

    private ProtocolHarness start(Way way, boolean discards) {
        ProtocolHarness ann = ProtocolHarness.of(way.transport, new Settings()
                .set(TunnelSettings.GOSSIP_ROUTER_HOSTS, HostPort.list("127.0.0.1[12001]"))
                .set(TransportSettings.DISCARD_INCOMPATIBLE_PACKETS, discards)).network(network).start();
        ann.call(() -> way.begin(ann, network));
        return ann;
    }

    private void arrive(Way way, ProtocolHarness ann, byte[] packet) {
        ann.call(() -> way.arrive(ann, network, packet));
    }

    /** A datagram holds a packet and nothing else. Its first byte is the version. */
    private static byte[] packetOfBob() {
        ScriptedNetwork bobs = new ScriptedNetwork();
        ProtocolHarness.of(new UdpTransport.Provider()).self(BOB).network(bobs).start()
                .down(Packet.to(ANN, AT_BOB).withPayload(new byte[] {4, 5}, 0, 2));
        return bobs.sockets().get(0).sent().get(0).bytes();
    }

    private static byte[] ofAnotherVersion() {
        byte[] packet = packetOfBob();
        packet[0]++;
        return packet;
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void theyAreDroppedAndCountedAndNothingElseSuffers(Way way) {
        ProtocolHarness ann = start(way, true);
        arrive(way, ann, ofAnotherVersion());
        arrive(way, ann, ofAnotherVersion());
        assertThat(ann.passedUp()).isEmpty();
        assertThat(ann.counter("incompatible_packets")).isEqualTo(2);
        assertThat(ann.counter("malformed")).isZero();

        arrive(way, ann, packetOfBob());
        assertThat(ann.passedUp()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void theyAreTakenForPacketsOfThisVersionWhereThatIsAskedFor(Way way) {
        ProtocolHarness ann = start(way, false);
        arrive(way, ann, ofAnotherVersion());
        assertThat(ann.passedUp()).singleElement().satisfies(packet -> {
            assertThat(packet.source()).isEqualTo(BOB);
            assertThat(packet.length()).isEqualTo(2);
        });
        assertThat(ann.counter("incompatible_packets")).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void thoseThatMakeNoSenseHarmNobodyThen(Way way) {
        ProtocolHarness ann = start(way, false);
        byte[] packet = ofAnotherVersion();
        for (int length = 1; length < packet.length - 2; length++) {
            arrive(way, ann, Arrays.copyOf(packet, length));
        }
        assertThat(ann.passedUp()).isEmpty();
        assertThat(ann.counter("malformed")).isEqualTo(packet.length - 3);
        arrive(way, ann, packetOfBob());
        assertThat(ann.passedUp()).hasSize(1);
    }

    /** Gives away its context. */
    private static final class Reading implements Protocol, ProtocolProvider {
        private final List<String> warnings = new ArrayList<>();
        private ArrivingPackets arriving;

        @Override
        public void start(Context context) {
            arriving = new ArrivingPackets(context, true, warnings::add);
        }

        @Override
        public void up(Packet packet) {}

        @Override
        public void down(Packet packet) {}

        @Override
        public ProtocolType type() {
            return ProtocolType.of("test-reading");
        }

        @Override
        public String says() {
            return "reads packets";
        }

        @Override
        public List<Setting<?>> settings() {
            return List.of();
        }

        @Override
        public Protocol create(Settings settings) {
            return this;
        }
    }

    @Test
    void oneWarningAMinuteTellsWhoSendsThemAndWhatBecomesOfThem() throws MalformedException {
        Reading reading = new Reading();
        ProtocolHarness ann = ProtocolHarness.of(reading).start();
        byte[] packet = ofAnotherVersion();
        for (int i = 0; i < 100; i++) {
            ann.call(() -> reading.arriving.read(packet, 0, packet.length, AT_BOB));
        }
        assertThat(reading.warnings).singleElement().asString().contains("7801").contains("another version")
                .contains("dropped, as discard_incompatible_packets says");
        ann.advance(Duration.ofMinutes(1)).call(() -> reading.arriving.read(packet, 0, packet.length, AT_BOB));
        assertThat(reading.warnings).hasSize(2);
    }
}
