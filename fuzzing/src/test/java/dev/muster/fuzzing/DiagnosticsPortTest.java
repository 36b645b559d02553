package dev.muster.fuzzing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.ChannelState;
import dev.muster.api.Diagnosis;
import dev.muster.api.Settings;
import dev.muster.core.DiagnosticsPort;
import dev.muster.spi.Network;
import dev.muster.spi.TransportSettings;
import dev.muster.testkit.ScriptedNetwork;
import dev.muster.testkit.fuzz.Mutator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A member's port for probes, to which strangers connect and say anything, in pieces of any size. */
class DiagnosticsPortTest {

    private static final int LONGEST = 500;
    private static final int CONNECTIONS_PER_PORT = 500;
    private static final long CONNECTION_BYTES = 60_000;
    private static final long BYTES_PER_BYTE = 100;
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final Diagnosis DIAGNOSIS = new Diagnosis(Address.of(1, 2, "anna\u001b[2J"), "group \"one\"",
            ChannelState.CONNECTED, null, List.of(new Diagnosis.Layer("FC", Map.of(), Map.of("grants", 1L), List.of())),
            new Diagnosis.Queues(0, 0, false, List.of(), 0, List.of(), false, 0));

    private final SplittableRandom random = new SplittableRandom(Sizes.SEED);
    private World world;
    private DiagnosticsPort port;
    private int connections;

    @BeforeEach
    void begin() {
        begin(new Settings());
    }

    private void begin(Settings settings) {
        world = new World();
        port = new DiagnosticsPort(settings, world, () -> DIAGNOSIS);
        port.open();
        connections = 0;
    }

    private ScriptedNetwork.ScriptedStream connect() {
        return world.network().accept(0, new InetSocketAddress(InetAddress.getLoopbackAddress(), 50_000 + connections++));
    }

    private static String say(ScriptedNetwork.ScriptedStream stream, String words) {
        stream.handler().received(ByteBuffer.wrap(words.getBytes(StandardCharsets.UTF_8)));
        return new String(stream.takeWritten(), StandardCharsets.UTF_8);
    }

    @Test
    void strangersThatSendGarbageAreClosedOrRefusedAndTheNextProbeIsAnswered() {
        List<byte[]> samples = List.of(bytes("PROBE TEXT -\n"), bytes("PROBE JSON 00ff\r\n"), bytes("GET / HTTP/1.1\r\n\r\n"));
        Campaign.Report report = Campaign.of("Probes", this::connectAndSay)
                .allocatingAtMost(CONNECTION_BYTES, BYTES_PER_BYTE)
                .run(new Mutator(Sizes.SEED, samples, LONGEST), Sizes.INPUTS, Sizes.LIMIT);
        Sizes.tell(report);
        assertAnswers();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private void connectAndSay(byte[] input) {
        if (connections > CONNECTIONS_PER_PORT) {
            assertAnswers();
            begin();
        }
        ScriptedNetwork.ScriptedStream stream = connect();
        int piece = 1 + random.nextInt(random.nextBoolean() ? 8 : LONGEST);
        for (int from = 0; from < input.length && !stream.isClosed(); from += piece) {
            stream.handler().received(ByteBuffer.wrap(input, from, Math.min(piece, input.length - from)));
        }
        stream.handler().closed(Network.CloseReason.CLOSED_BY_PEER, "said enough");
    }

    private void assertAnswers() {
        world.pass(SECOND);
        String answer = say(connect(), "PROBE JSON -\n");
        assertThat(answer).startsWith("MUSTER 1 -\nANSWER ").contains("{\"member\":\"anna\\u001b[2J\"")
                .contains("\"cluster\":\"group \\\"one\\\"\"");
    }

    @Test
    void thoseWhoConnectAndSayNothingTakeEightPlacesAndNoMore() {
        for (int count = 0; count < 8; count++) {
            assertThat(connect().isClosed()).isFalse();
        }
        assertThat(connect().isClosed()).isTrue();
        world.network().stream(0).handler().closed(Network.CloseReason.CLOSED_BY_PEER, "went");
        assertThat(say(connect(), "PROBE TEXT -\n")).contains("ANSWER ");
    }

    @Test
    void tenAnswersASecondAreGivenAndWrongPasscodesCount() {
        begin(new Settings().set(TransportSettings.DIAGNOSTICS_PASSCODE, "open sesame"));
        for (int count = 0; count < 10; count++) {
            assertThat(say(connect(), "PROBE JSON 00\n")).contains("REFUSED the passcode is wrong");
        }
        assertThat(say(connect(), "PROBE JSON 00\n")).contains("REFUSED asked more than 10 times");
        world.pass(SECOND);
        assertThat(say(connect(), "PROBE JSON 00\n")).contains("REFUSED the passcode is wrong");
    }

    @Test
    void whatHasNoEndIsClosed() {
        ScriptedNetwork.ScriptedStream stream = connect();
        say(stream, "PROBE ".repeat(50));
        assertThat(stream.isClosed()).isTrue();
    }

    @Test
    void anAnswerThatTheSystemTakesBitByBitComesWhole() {
        ScriptedNetwork.ScriptedStream stream = connect();
        stream.room(5);
        StringBuilder answer = new StringBuilder(say(stream, "PROBE TEXT -\n"));
        while (!stream.isClosed()) {
            assertThat(stream.wantsWritable()).isTrue();
            stream.room(7);
            stream.handler().writable();
            answer.append(new String(stream.takeWritten(), StandardCharsets.UTF_8));
        }
        assertThat(answer.toString()).contains("anna?[2J").endsWith("counted grants=1\n");
    }
}
