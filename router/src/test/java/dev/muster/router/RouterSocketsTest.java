package dev.muster.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.ConfigurationException;
import dev.muster.api.Settings;
import dev.muster.spi.router.RouterAddress;
import dev.muster.spi.router.RouterFrameReader;
import dev.muster.spi.router.RouterMessage;
import dev.muster.spi.router.RouterMessage.Kind;
import dev.muster.testkit.RouterClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The router on real sockets of loopback, with clients that know nothing of Muster but the wire. */
class RouterSocketsTest {

    private static final RouterAddress ANN = new RouterAddress.Id(0, 1);
    private static final RouterAddress BEN = new RouterAddress.Id(0, 2);
    private static final RouterAddress CAT = new RouterAddress.Id(0, 3);

    private final Settings settings = new Settings().set(RouterSettings.PORT, 0)
            .set(RouterSettings.SEND_QUEUE_BYTES, 200_000L).set(RouterSettings.MAX_LENGTH, 100_000L);
    private Router router;
    private InetSocketAddress place;

    @BeforeEach
    void start() {
        router = new Router(settings);
        place = router.start();
    }

    @AfterEach
    void stop() {
        router.close();
    }

    private RouterClient connect() throws IOException {
        return RouterClient.connect(place);
    }

    private RouterClient connect(RouterAddress member) throws IOException {
        return connect().registered("g", member);
    }

    /** A client whose system takes little while it does not read. */
    private RouterClient withSmallBuffer(RouterAddress member) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(place);
        return new RouterClient(socket).registered("g", member);
    }

    private static RouterMessage message(RouterAddress to, RouterAddress from, int bytes) {
        return RouterMessage.message("g", to, from, ByteBuffer.allocate(bytes));
    }

    @Test
    void membersReachOneAnother() throws IOException {
        try (RouterClient ann = connect(ANN); RouterClient ben = connect(BEN)) {
            ann.say(message(null, ANN, 10));
            assertThat(ben.hear()).isEqualTo(message(null, ANN, 10));
            ben.say(message(ANN, BEN, 50_000));
            assertThat(ann.hear()).isEqualTo(message(ANN, BEN, 50_000));
        }
    }

    @Test
    void theOthersLearnOfALostConnectionAndNotOfAGoodbye() throws IOException {
        try (RouterClient ann = connect(ANN)) {
            try (RouterClient ben = connect(BEN)) {
                ben.say(RouterMessage.about(Kind.UNREGISTER, "g", BEN));
            }
            connect(CAT).close();
            assertThat(ann.hear()).isEqualTo(RouterMessage.about(Kind.SUSPECT, "g", CAT));
        }
    }

    @Test
    void theMarkOfAnOrderlyCloseEndsTheConnection() throws IOException {
        try (RouterClient ann = connect(ANN); RouterClient ben = connect(BEN)) {
            ben.say(ByteBuffer.allocate(4).putInt(RouterFrameReader.ORDERLY_CLOSE).array());
            assertThat(ann.hear()).isEqualTo(RouterMessage.about(Kind.SUSPECT, "g", BEN));
            assertThat(ben.isDisconnected()).isTrue();
        }
    }

    @Test
    void aClientThatDoesNotReadStallsNobody() throws IOException {
        try (RouterClient ann = connect(ANN); RouterClient stuck = withSmallBuffer(CAT); RouterClient ben = connect(BEN)) {
            int sent = 0;
            while (router.counters().get(RouterCounter.DROPPED_QUEUE_FULL) == 0) {
                ann.say(message(null, ANN, 50_000));
                assertThat(ben.hear().payload().remaining()).isEqualTo(50_000);
                assertThat(++sent).as("messages that a client who does not read should not be able to keep").isLessThan(10_000);
            }
            ann.say(message(BEN, ANN, 7));
            assertThat(ben.hear()).isEqualTo(message(BEN, ANN, 7));
            assertThat(stuck.hear().kind()).as("what did fit has come, too").isEqualTo(Kind.MESSAGE);
        }
    }

    @Test
    void whoAnnouncesTooLongAMessageIsDisconnectedAndTheOthersGoOn() throws IOException {
        try (RouterClient ann = connect(ANN); RouterClient ben = connect(BEN); RouterClient stranger = connect()) {
            stranger.say(ByteBuffer.allocate(4).putInt(100_001).array());
            assertThat(stranger.isDisconnected()).isTrue();
            ann.say(message(null, ANN, 1));
            assertThat(ben.hear()).isEqualTo(message(null, ANN, 1));
            assertThat(router.counters().get(RouterCounter.MALFORMED)).isEqualTo(1);
        }
    }

    @Test
    void garbageWithinAFrameIsDroppedAndTheConnectionGoesOn() throws IOException {
        try (RouterClient ann = connect(ANN)) {
            ann.say(new byte[] {0, 0, 0, 2, 99, 99});
            ann.say(RouterMessage.about(Kind.GET_MEMBERS, "g", null));
            assertThat(ann.hear().members()).hasSize(1);
        }
    }

    @Test
    void aRouterThatStopsWritesWhatWaitsAndFreesItsPort() throws IOException {
        try (RouterClient ann = connect(ANN); RouterClient ben = connect(BEN)) {
            ann.say(message(BEN, ANN, 90_000));
            ann.awaitDone();
            router.close();
            assertThat(ben.hear()).isEqualTo(message(BEN, ANN, 90_000));
            assertThat(ben.isDisconnected()).isTrue();
        }
        router = new Router(settings.set(RouterSettings.PORT, place.getPort()));
        assertThat(router.start()).isEqualTo(place);
        connect(ANN).close();
    }

    @Test
    void clientsThatSayNothingAreDisconnectedWhereThatIsAskedFor() throws IOException {
        router.close();
        router = new Router(settings.set(RouterSettings.EXPIRY, Duration.ofMillis(50)));
        place = router.start();
        try (RouterClient ann = connect(ANN)) {
            assertThat(ann.isDisconnected()).isTrue();
            assertThat(router.counters().get(RouterCounter.CONNECTIONS_EXPIRED)).isEqualTo(1);
        }
    }

    @Test
    void nobodyListensBeyondLoopbackUnlessTheNetworkIsTrusted() {
        Router open = new Router(new Settings().set(RouterSettings.PORT, 0).set(RouterSettings.BIND_ADDR, "0.0.0.0"));
        assertThatThrownBy(open::start).isInstanceOf(ConfigurationException.class).hasMessageContaining("--insecure");
    }

    @Test
    void aPortInUseIsNamed() {
        Router second = new Router(new Settings().set(RouterSettings.PORT, place.getPort()));
        assertThatThrownBy(second::start).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(String.valueOf(place.getPort()));
    }
}
