package dev.muster.core;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import dev.muster.api.StackBuilder;
import dev.muster.api.StackOptions;
import dev.muster.spi.Capability;
import dev.muster.spi.Context;
import dev.muster.spi.Environment;
import dev.muster.spi.Event;
import dev.muster.spi.Network;
import dev.muster.spi.NetworkSecurity;
import dev.muster.spi.Packet;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import dev.muster.spi.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nothing leaves this host that is neither encrypted nor declared insecure; all layers' sockets pass here. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class GuardedNetworkTest {

    private static final InetSocketAddress BEYOND = new InetSocketAddress("192.0.2.1", 7_800);
    private static final InetSocketAddress GROUP = new InetSocketAddress("228.8.8.8", 7_800);
    private static final Network.StreamOptions OPTIONS = new Network.StreamOptions(true, 0, 0, 1);
    private static final Network.DatagramOptions DATAGRAMS = Network.DatagramOptions.NONE;

    private final Network plain = mock(Network.class);
    private final Network sealed = mock(Network.class);

    /** Keeps its context for the test. */
    private static final class Bottom implements Transport {
        private Context context;

        @Override
        public void start(Context given) {
            context = given;
        }

        @Override
        public void down(Packet packet) {}

        @Override
        public void flush() {}
    }

    private final class Sealing implements NetworkSecurity {
        @Override
        public Network secure(Environment environment, Context context) {
            return sealed;
        }

        @Override
        public void start(Context context) {}

        @Override
        public void up(Packet packet) {}

        @Override
        public void down(Packet packet) {}
    }

    private Network network(boolean insecure, Protocol... above) {
        Bottom bottom = new Bottom();
        StackBuilder builder = StackBuilder.create().add("BOTTOM", Map.of());
        ProtocolProvider transport = new TestStacks.Provider("BOTTOM").provides(Capability.TRANSPORT)
                .creating(settings -> bottom);
        ProtocolProvider sealing = new TestStacks.Provider("SEALING").provides(Capability.ENCRYPTION)
                .creating(settings -> above[0]);
        if (above.length > 0) {
            builder.add("SEALING", Map.of());
        }
        StackPlan plan = new Assembler(List.of(transport, sealing), List.of())
                .plan(builder.option(StackOptions.INSECURE, insecure).definition());
        new Stack(plan, environment(), Fakes.ANNA, "c", new Stack.Top() {
            @Override
            public void up(Packet packet) {}

            @Override
            public void event(Event event) {}
        }).start();
        return bottom.context.network();
    }

    private Environment environment() {
        Environment environment = mock(Environment.class);
        when(environment.network()).thenReturn(plain);
        return environment;
    }

    private static void assertRefused(Network network) {
        for (ThrowingCallable attempt : List.<ThrowingCallable>of(
                () -> network.listen(BEYOND, stream -> null),
                () -> network.listen(BEYOND, OPTIONS, stream -> null),
                () -> network.connect(BEYOND, OPTIONS, null),
                () -> network.openDatagrams(BEYOND, DATAGRAMS, null),
                () -> network.subscribe(GROUP, List.of(BEYOND.getAddress()), DATAGRAMS, null))) {
            assertThatThrownBy(attempt).hasMessageContainingAll("protocol BOTTOM", "192.0.2.1", "without encryption", "ENCRYPT",
                    "key_file", "muster key", "insecure=\"true\"", "muster.insecure=true", "--insecure");
        }
    }

    private static void reachOut(Network network) throws IOException {
        network.listen(BEYOND, stream -> null);
        network.connect(BEYOND, OPTIONS, null);
        network.openDatagrams(BEYOND, DATAGRAMS, null);
        network.subscribe(GROUP, List.of(BEYOND.getAddress()), DATAGRAMS, null);
    }

    @Test
    void withoutCredentialsNothingReachesBeyondLoopbackAndTheRefusalNamesTheWaysOut() {
        assertRefused(network(false));
        verifyNoInteractions(plain);
    }

    @Test
    void aStackThatIsDeclaredInsecureMayReachOut() throws IOException {
        reachOut(network(true));
        verify(plain).connect(any(), any(), any());
    }

    @Test
    void aLayerThatEncryptsItsOwnStreamsMayOpenThemAndNothingElse() {
        Network network = network(false).forEncryptedStreams();
        network.connect(BEYOND, OPTIONS, null);
        verify(plain).connect(any(), any(), any());
        for (ThrowingCallable attempt : List.<ThrowingCallable>of(() -> network.listen(BEYOND, stream -> null),
                () -> network.openDatagrams(BEYOND, DATAGRAMS, null))) {
            assertThatThrownBy(attempt).hasMessageContaining("without encryption");
        }
    }

    @Test
    void aStackThatIsSealedMayReachOutAndOnlyThroughTheSeal() throws IOException {
        reachOut(network(false, new Sealing()));
        verify(sealed).listen(any(), any(Network.AcceptHandler.class));
        verify(sealed).connect(any(), any(), any());
        verify(sealed).openDatagrams(any(), any(), any());
        verify(sealed).subscribe(any(), any(), any(), any());
        verifyNoInteractions(plain);
    }

    @Test
    void aProtocolThatOnlySaysItEncryptsIsNotBelieved() {
        assertRefused(network(false, new Protocol() {
            @Override
            public void start(Context context) {}

            @Override
            public void up(Packet packet) {}

            @Override
            public void down(Packet packet) {}
        }));
    }

    @Test
    void encryptionStandsRightAboveTheTransport() {
        ProtocolProvider transport = new TestStacks.Provider("BOTTOM").provides(Capability.TRANSPORT);
        ProtocolProvider middle = new TestStacks.Provider("MIDDLE");
        ProtocolProvider sealing = new TestStacks.Provider("SEALING").provides(Capability.ENCRYPTION);
        Assembler assembler = new Assembler(List.of(transport, middle, sealing), List.of());

        assertThatThrownBy(() -> assembler.check(StackBuilder.create().add("BOTTOM", Map.of())
                .add("MIDDLE", Map.of()).add("SEALING", Map.of()).definition()))
                .hasMessageContaining("protocol SEALING stands above MIDDLE; it encrypts whole packets, so put it right above"
                        + " the transport BOTTOM");
    }

    @Test
    void wiresOfOthersCanNotBeSealedAndTheStackSaysSo() {
        ProtocolProvider tunnel = new TestStacks.Provider("TUNNEL").provides(Capability.TRANSPORT, Capability.FOREIGN_WIRE);
        ProtocolProvider sealing = new TestStacks.Provider("SEALING").provides(Capability.ENCRYPTION);

        assertThatThrownBy(() -> new Assembler(List.of(tunnel, sealing), List.of())
                .check(StackBuilder.create().add("TUNNEL", Map.of()).add("SEALING", Map.of()).definition()))
                .hasMessageContaining("protocol TUNNEL speaks another program's wire, which SEALING can't seal; take another");
    }
}
