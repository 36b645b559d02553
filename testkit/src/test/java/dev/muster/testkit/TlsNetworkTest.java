package dev.muster.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Settings;
import dev.muster.spi.Network;
import dev.muster.spi.tls.Tls;
import dev.muster.spi.tls.TlsNetwork;
import dev.muster.spi.tls.TlsSettings;
import dev.muster.testkit.ScriptedNetwork.ScriptedStream;
import dev.muster.testkit.fuzz.Mutator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two ends of a stream with TLS, and a wire that the test moves bytes over, in pieces of any size. */
class TlsNetworkTest {

    private static final InetSocketAddress PLACE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    private static final TlsSettings TLS = TlsSettings.OF_PROTOCOLS;

    @TempDir
    private static Path folder;
    private static TestKeyStores keys;

    private final SplittableRandom random = new SplittableRandom(7);
    private ScriptedNetwork servers;
    private End client;
    private End server;
    private Network.Stream clientStream;
    private Network.Stream serverStream;
    private ScriptedStream clientWire;
    private ScriptedStream serverWire;

    /** What one end is told. */
    private static final class End implements Network.StreamHandler {
        private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
        private final List<String> ends = new ArrayList<>();
        private boolean connected;
        private Runnable writable = () -> { };

        @Override
        public void connected() {
            connected = true;
        }

        @Override
        public void received(ByteBuffer bytes) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            heard.writeBytes(copy);
        }

        @Override
        public void writable() {
            writable.run();
        }

        @Override
        public void closed(Network.CloseReason reason, String detail) {
            ends.add(reason + " " + detail);
        }
    }

    @BeforeAll
    static void makeKeys() throws IOException {
        keys = new TestKeyStores(folder);
        keys.keyOf("router");
        keys.keyOf("member");
    }

    private static Settings settings(String key, String trusted) throws IOException {
        Settings settings = new Settings().set(TLS.enabled(), true);
        if (key != null) {
            settings.set(TLS.keystorePath(), keys.keyOf(key).toString()).set(TLS.keystorePassword(), TestKeyStores.PASSWORD);
        }
        if (trusted != null) {
            settings.set(TLS.truststorePath(), keys.trusting(trusted).toString())
                    .set(TLS.truststorePassword(), TestKeyStores.PASSWORD);
        }
        return settings;
    }

    /** Anew, with another pair of ends. */
    private void connect(Settings ofClient, Settings ofServer) throws IOException {
        ScriptedNetwork clients = new ScriptedNetwork();
        servers = new ScriptedNetwork();
        client = new End();
        server = new End();
        Tls clientTls = TLS.forClients("client", ofClient);
        Tls serverTls = TLS.forServers("server", ofServer);
        new TlsNetwork(servers, serverTls).listen(PLACE, stream -> {
            serverStream = stream;
            return server;
        });
        clientStream = new TlsNetwork(clients, clientTls).connect(PLACE, new Network.StreamOptions(true, 0, 0, 1), client);
        clientWire = clients.stream(0);
        serverWire = servers.accept(0, PLACE);
        clientWire.handler().connected();
    }

    @BeforeEach
    void begin() throws IOException {
        connect(settings("member", "router"), settings("router", "member")
                .set(TLS.clientAuth(), TlsSettings.ClientAuthentication.NEED));
    }

    /** Let the wire carry what is on it, both ways, until nothing is left. */
    private void carry(int mostAtOnce) {
        boolean moved = true;
        while (moved) {
            moved = carry(clientWire, serverWire, mostAtOnce) | carry(serverWire, clientWire, mostAtOnce);
        }
    }

    private boolean carry(ScriptedStream from, ScriptedStream to, int mostAtOnce) {
        byte[] bytes = from.takeWritten();
        for (int at = 0; at < bytes.length && !to.isClosed();) {
            int count = Math.min(bytes.length - at, 1 + random.nextInt(mostAtOnce));
            to.handler().received(ByteBuffer.wrap(bytes, at, count));
            at += count;
        }
        if (!to.isClosed()) {
            to.handler().receivedAll();
        }
        if (!from.isClosed() && from.wantsWritable()) {
            from.handler().writable();
            return true;
        }
        return bytes.length > 0;
    }

    private static byte[] text(int length) {
        byte[] text = new byte[length];
        for (int i = 0; i < length; i++) {
            text[i] = (byte) (i * 31 + i / 1_000);
        }
        return text;
    }

    /** Writes as the system takes it, as every layer does. */
    private void write(Network.Stream stream, End end, byte[] text) {
        ByteBuffer[] left = {ByteBuffer.wrap(text, 0, text.length / 3), ByteBuffer.wrap(text, text.length / 3,
                text.length - text.length / 3)};
        Runnable goOn = () -> {
            stream.write(left, 2);
            stream.wantWritable(left[0].hasRemaining() || left[1].hasRemaining());
        };
        end.writable = goOn;
        goOn.run();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 100_000})
    void whatIsSentArrivesWhateverThePiecesBothWays(int mostAtOnce) {
        carry(mostAtOnce);
        assertThat(client.connected).isTrue();
        byte[] text = text(20_000 + 2 * mostAtOnce);
        write(clientStream, client, text);
        write(serverStream, server, text);
        carry(mostAtOnce);
        assertThat(server.heard.toByteArray()).isEqualTo(text);
        assertThat(client.heard.toByteArray()).isEqualTo(text);
    }

    @Test
    void whatTheSystemDoesNotTakeWaitsAndFollows() {
        carry(1_000);
        byte[] text = text(200_000);
        clientWire.room(0);
        write(clientStream, client, text);
        assertThat(clientWire.takeWritten()).isEmpty();
        for (int room = 0; server.heard.size() < text.length; room++) {
            clientWire.room(1 + room % 5_000);
            carry(clientWire, serverWire, 1_000);
        }
        assertThat(server.heard.toByteArray()).isEqualTo(text);
    }

    @Test
    void whatAServerWritesBeforeTheHandshakeGoesOutAfterIt() {
        write(serverStream, server, text(10));
        assertThat(serverWire.takeWritten()).isEmpty();
        carry(1_000);
        assertThat(client.heard.toByteArray()).isEqualTo(text(10));
    }

    @Test
    void nothingOfItCanBeReadOnTheWay() {
        carry(1_000);
        write(clientStream, client, text(1_000));
        String wire = new String(clientWire.takeWritten(), java.nio.charset.StandardCharsets.ISO_8859_1);
        assertThat(wire).doesNotContain(new String(text(1_000), 0, 8, java.nio.charset.StandardCharsets.ISO_8859_1));
    }

    @Test
    void whoHasNoCertificateIsNotHeardWhereOneIsNeeded() throws IOException {
        connect(settings(null, "router"), settings("router", "member")
                .set(TLS.clientAuth(), TlsSettings.ClientAuthentication.NEED));
        carry(1_000);
        assertThat(server.ends).hasSize(1);
        write(clientStream, client, text(10));
        carry(1_000);
        assertThat(server.heard.size()).isZero();
    }

    @Test
    void whoHasNoCertificateIsHeardWhereNoneIsNeeded() throws IOException {
        connect(settings(null, "router"), settings("router", null));
        carry(1_000);
        write(clientStream, client, text(10));
        carry(1_000);
        assertThat(server.heard.toByteArray()).isEqualTo(text(10));
    }

    @Test
    void aRouterWithAnotherCertificateIsNotTalkedTo() throws IOException {
        connect(settings("member", "member"), settings("router", "member"));
        carry(1_000);
        assertThat(client.connected).isFalse();
        assertThat(client.ends).singleElement().asString().startsWith("FAILED TLS: ");
        assertThat(server.heard.size()).isZero();
    }

    @Test
    void theVersionOfTlsMayBeSet() throws IOException {
        connect(settings("member", "router").set(TLS.protocols(), "TLSv1.2"), settings("router", "member")
                .set(TLS.protocols(), "TLSv1.3"));
        carry(1_000);
        assertThat(client.connected).isFalse();
        assertThat(client.ends).hasSize(1);
    }

    @Test
    void aChangedBitEndsTheStream() {
        carry(1_000);
        write(clientStream, client, text(100));
        byte[] written = clientWire.takeWritten();
        written[written.length / 2] ^= 1;
        serverWire.handler().received(ByteBuffer.wrap(written));
        assertThat(server.heard.size()).isZero();
        assertThat(server.ends).singleElement().asString().startsWith("FAILED TLS: ");
        assertThat(serverWire.isClosed()).isTrue();
    }

    @Test
    void aCloseIsToldToTheOtherEnd() {
        carry(1_000);
        clientStream.close();
        carry(1_000);
        assertThat(server.ends).containsExactly("CLOSED_BY_PEER end of stream");
        assertThat(client.ends).as("who closes is not told").isEmpty();
    }

    @Test
    void strangersThatSayAnythingAreDisconnectedOrWaitedFor() throws IOException {
        byte[] hello = clientWire.takeWritten();
        Mutator mutator = new Mutator(3, List.of(hello), 2_000);
        for (int number = 0; number < 500; number++) {
            ScriptedStream stranger = servers.accept(0, PLACE);
            stranger.handler().received(ByteBuffer.wrap(mutator.next()));
            stranger.handler().closed(Network.CloseReason.CLOSED_BY_PEER, "said enough");
        }
        assertThat(server.heard.size()).isZero();
        assertThat(server.ends).hasSize(500);
    }
}
