package dev.muster.fuzzing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.Settings;
import dev.muster.protocols.transport.TcpTransport;
import dev.muster.spi.Network;
import dev.muster.spi.Packet;
import dev.muster.testkit.ProtocolHarness;
import dev.muster.testkit.ScriptedNetwork;
import dev.muster.testkit.fuzz.Mutator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A transport on streams, to which strangers connect and say anything, in pieces of any size. */
class TcpStreamTest {

    private static final int LONGEST = 2_000;
    private static final int CONNECTIONS_PER_TRANSPORT = 500;
    /** What a connection takes, and a frame that is announced and does not come. */
    private static final long CONNECTION_BYTES = 100_000;
    private static final long BYTES_PER_BYTE = 200;
    private static final Address HONEST = ProtocolHarness.member(9);
    /** No change of one byte of a stranger's hello makes it claim the honest peer's place. */
    private static final int HONEST_PORT = 20_000;
    private static final int STRANGERS_PORT = 7_805;

    private final SplittableRandom random = new SplittableRandom(Sizes.SEED);
    private ScriptedNetwork network;
    private ProtocolHarness transport;
    private int connections;
    private ScriptedNetwork.ScriptedStream honest;
    private byte[] honestFrame;

    @Test
    void strangersThatSendGarbageHarmNeitherTheTransportNorItsPeers() {
        List<byte[]> samples = samples();
        begin();
        Campaign.Report report = Campaign.of("TCP streams", this::connectAndSay)
                .allocatingAtMost(CONNECTION_BYTES, BYTES_PER_BYTE)
                .run(new Mutator(Sizes.SEED, samples, LONGEST), Sizes.INPUTS, Sizes.LIMIT);
        Sizes.tell(report);
        assertThat(transport.counter("malformed")).isPositive();
    }

    /** What a transport writes: its hello, and packets behind it. */
    private static List<byte[]> samples() {
        List<byte[]> samples = new ArrayList<>();
        for (int size : new int[] {0, 10, 300}) {
            samples.add(written(ProtocolHarness.member(5), STRANGERS_PORT, size, 1));
            samples.add(written(ProtocolHarness.member(6), STRANGERS_PORT, size, 3));
        }
        return samples;
    }

    private static byte[] written(Address writer, int port, int size, int packets) {
        ScriptedNetwork network = new ScriptedNetwork();
        Settings settings = new Settings().set(TcpTransport.START_PORT, port);
        ProtocolHarness peer = ProtocolHarness.of(new TcpTransport.Provider(), settings).self(writer)
                .network(network).start();
        for (int count = 0; count < packets; count++) {
            peer.down(Packet.to(ProtocolHarness.member(1), at(7800)).withPayload(new byte[size], 0, size));
        }
        peer.call(() -> network.stream(0).handler().connected());
        return network.stream(0).takeWritten();
    }

    private static InetSocketAddress at(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** A transport with an honest peer that has said hello. */
    private void begin() {
        network = new ScriptedNetwork();
        transport = ProtocolHarness.of(new TcpTransport.Provider(), new Settings()).network(network).start();
        byte[] said = written(HONEST, HONEST_PORT, 100, 1);
        byte[] hello = Arrays.copyOf(said, 4 + (said[3] & 0xFF));
        honestFrame = Arrays.copyOfRange(said, hello.length, said.length);
        transport.call(() -> honest = network.accept(0, at(50_000)));
        transport.call(() -> say(honest, hello));
        connections = 0;
    }

    private static void say(ScriptedNetwork.ScriptedStream stream, byte[] bytes) {
        stream.handler().received(ByteBuffer.wrap(bytes));
        stream.handler().receivedAll();
    }

    private void connectAndSay(byte[] input) {
        if (++connections > CONNECTIONS_PER_TRANSPORT) {
            assertHonestPeerIsHeard();
            begin();
        }
        transport.call(() -> {
            ScriptedNetwork.ScriptedStream stream = network.accept(0, at(50_001 + connections));
            int piece = 1 + random.nextInt(random.nextBoolean() ? 8 : LONGEST);
            for (int from = 0; from < input.length && !stream.isClosed(); from += piece) {
                stream.handler().received(ByteBuffer.wrap(input, from, Math.min(piece, input.length - from)));
            }
            if (!stream.isClosed()) {
                stream.handler().receivedAll();
                stream.handler().closed(Network.CloseReason.CLOSED_BY_PEER, "said enough");
            }
        });
    }

    private void assertHonestPeerIsHeard() {
        transport.clear();
        transport.call(() -> say(honest, honestFrame));
        if (transport.passedUp().size() != 1 || !HONEST.equals(transport.passedUp().get(0).source())) {
            throw new AssertionError("the packet of a peer that did nothing wrong got lost: " + transport.passedUp());
        }
    }
}
