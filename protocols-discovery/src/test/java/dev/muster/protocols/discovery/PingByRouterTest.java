package dev.muster.protocols.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.HostPort;
import dev.muster.api.Settings;
import dev.muster.spi.Event;
import dev.muster.spi.router.RouterMessage;
import dev.muster.spi.router.RouterMessage.Kind;
import dev.muster.testkit.ProtocolHarness;
import dev.muster.testkit.ScriptedNetwork;
import dev.muster.testkit.ScriptedRouter;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PingByRouterTest {

    private static final InetSocketAddress HERE = new InetSocketAddress("127.0.0.1", 7800);

    private final ScriptedNetwork network = new ScriptedNetwork();
    private final ProtocolHarness ann = ProtocolHarness.of(new Ping.Provider(), new Settings()
            .set(Ping.GOSSIP_HOST, "127.0.0.1").set(Ping.GOSSIP_PORT, 1234).set(Ping.GOSSIP_REFRESH, Duration.ofSeconds(7))
            .set(Ping.INITIAL_HOSTS, HostPort.list("127.0.0.1[9]"))).network(network).start();

    private ScriptedRouter router(int stream) {
        return new ScriptedRouter(ann, network.stream(stream));
    }

    private void connect() {
        router(0).accepts();
    }

    private Iterable<Kind> said(int stream) {
        return router(stream).heard().stream().map(RouterMessage::kind).filter(kind -> kind != Kind.HEARTBEAT).toList();
    }

    @Test
    void theRouterIsAskedAndNobodyElse() {
        assertThat(network.stream(0).remote()).isEqualTo(new InetSocketAddress("127.0.0.1", 1234));
        connect();
        ann.eventFromAbove(new Event.FindMembers("join"));
        assertThat(said(0)).containsExactly(Kind.GET_MEMBERS);
        assertThat(ann.passedDown()).isEmpty();
    }

    @Test
    void itRegistersAgainEachTimeTheRefreshIsDue() {
        connect();
        ann.eventFromBelow(new Event.TransportReady(HERE));
        assertThat(said(0)).containsExactly(Kind.REGISTER);
        ann.advance(Duration.ofMillis(6_999));
        assertThat(said(0)).isEmpty();
        ann.advance(Duration.ofMillis(1));
        assertThat(said(0)).containsExactly(Kind.REGISTER);
        ann.advance(Duration.ofSeconds(7));
        assertThat(said(0)).containsExactly(Kind.REGISTER);
    }

    @Test
    void aRouterThatIsOutOfReachIsTriedAgainNoLaterThanThat() {
        for (int attempt = 0; attempt < 12; attempt++) {
            int stream = network.streams().size() - 1;
            router(stream).refuses();
            ann.advance(Duration.ofSeconds(7));
            assertThat(network.streams()).as("attempts to connect").hasSizeGreaterThan(stream + 1);
        }
    }
}
