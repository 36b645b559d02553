package dev.muster.fuzzing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Settings;
import dev.muster.router.Router;
import dev.muster.router.RouterCounter;
import dev.muster.router.RouterSettings;
import dev.muster.spi.Network;
import dev.muster.spi.router.RouterAddress;
import dev.muster.spi.router.RouterCodec;
import dev.muster.spi.router.RouterMessage;
import dev.muster.testkit.ScriptedNetwork;
import dev.muster.testkit.ScriptedNetwork.ScriptedStream;
import dev.muster.testkit.fuzz.Mutator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A router to which strangers connect and say anything, in pieces of any size, while two members talk through it. */
class RouterClientsTest {

    private static final int LONGEST = 70_000;
    private static final int CONNECTIONS_PER_ROUTER = 500;
    /** What a connection takes, a frame that is announced and does not come, a refusal, and what the two members say. */
    private static final long CONNECTION_BYTES = 300_000;
    private static final long BYTES_PER_BYTE = 200;
    private static final String GROUP = "a group that no sample names";
    private static final RouterAddress ANN = new RouterAddress.Id(0x1234_5678_9ABC_DEF0L, 77);
    private static final RouterAddress BEN = new RouterAddress.Id(0x1234_5678_9ABC_DEF0L, 78);

    private final SplittableRandom random = new SplittableRandom(Sizes.SEED);
    private ScriptedNetwork network;
    private Router router;
    private ScriptedStream ann;
    private ScriptedStream ben;
    private int connections;

    @Test
    void strangersThatSendGarbageHarmNeitherTheRouterNorItsMembers() {
        begin();
        Campaign.Report report = Campaign.of("clients of a router", this::connectAndSay)
                .allocatingAtMost(CONNECTION_BYTES, BYTES_PER_BYTE)
                .run(new Mutator(Sizes.SEED, RouterTalk.streams(), LONGEST), Sizes.INPUTS / 4, Sizes.LIMIT);
        Sizes.tell(report);
        assertThat(router.counters().get(RouterCounter.MALFORMED)).isPositive();
    }

    private void begin() {
        World world = new World();
        network = world.network();
        router = new Router(new Settings().set(RouterSettings.PORT, 0), world);
        router.startAsync().join();
        ann = network.accept(0, at(1));
        ben = network.accept(0, at(2));
        say(ann, RouterMessage.register(GROUP, ANN, "ann", null));
        say(ben, RouterMessage.register(GROUP, BEN, "ben", null));
        connections = 0;
    }

    private static InetSocketAddress at(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static void say(ScriptedStream stream, RouterMessage message) {
        stream.handler().received(RouterCodec.frame(message));
        stream.handler().receivedAll();
    }

    private void connectAndSay(byte[] input) {
        if (++connections > CONNECTIONS_PER_ROUTER) {
            assertMembersAreServed();
            begin();
        }
        ScriptedStream stranger = network.accept(0, at(2 + connections));
        int piece = 1 + random.nextInt(random.nextBoolean() ? 8 : LONGEST);
        for (int from = 0; from < input.length && !stranger.isClosed(); from += piece) {
            stranger.handler().received(ByteBuffer.wrap(input, from, Math.min(piece, input.length - from)));
        }
        if (!stranger.isClosed()) {
            stranger.handler().receivedAll();
            stranger.handler().closed(Network.CloseReason.CLOSED_BY_PEER, "said enough");
        }
    }

    private void assertMembersAreServed() {
        ann.takeWritten();
        say(ben, RouterMessage.message(GROUP, ANN, BEN, ByteBuffer.wrap(new byte[] {1, 2, 3})));
        byte[] heard = ann.takeWritten();
        byte[] expected = RouterCodec.frame(RouterMessage.message(GROUP, ANN, BEN, ByteBuffer.wrap(new byte[] {1, 2, 3})))
                .array();
        if (!Arrays.equals(heard, Arrays.copyOf(expected, heard.length)) || heard.length == 0) {
            throw new AssertionError("what a member said to another got lost");
        }
        assertThat(router.counters().get(RouterCounter.MEMBERS)).as("strangers that are gone leave nothing").isEqualTo(2);
        assertThat(router.counters().get(RouterCounter.CONNECTIONS)).isEqualTo(2);
    }
}
