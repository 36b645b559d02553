package dev.muster.simulations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.ChannelState;
import dev.muster.api.Diagnosis;
import dev.muster.api.Settings;
import dev.muster.core.DiagnosticsPort;
import dev.muster.spi.Network;
import dev.muster.spi.TransportSettings;
import dev.muster.testkit.simulation.SimulatedEnvironment;
import dev.muster.testkit.simulation.SimulatedNode;
import dev.muster.testkit.simulation.Simulation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Strangers that connect to a member's port for probes and say nothing, or don't listen: they don't keep others out for long. */
class SilentProbesTest {

    private static final int PLACES = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Network.StreamOptions OPTIONS = new Network.StreamOptions(true, 0, 0, PATIENCE.toNanos());

    private final Simulation simulation = new Simulation(1);
    private final SimulatedNode member = simulation.addNode();
    private final SimulatedEnvironment stranger = simulation.addNode().start();
    private DiagnosticsPort port;

    /** The other end of a connection to the port. */
    private final class Client implements Network.StreamHandler {
        private final Network.Stream stream = stranger.network().connect(port.local(), OPTIONS, this);
        private final String request;
        private final StringBuilder heard = new StringBuilder();
        private boolean closed;

        Client(String request) {
            this.request = request;
        }

        @Override
        public void connected() {
            if (!request.isEmpty()) {
                stream.write(new ByteBuffer[] {ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII))}, 1);
            }
        }

        @Override
        public void received(ByteBuffer bytes) {
            heard.append(StandardCharsets.UTF_8.decode(bytes));
        }

        @Override
        public void closed(Network.CloseReason reason, String detail) {
            closed = true;
        }
    }

    private void open(String cluster) {
        Diagnosis diagnosis = new Diagnosis(Address.of(1, 2, "anna"), cluster, ChannelState.CONNECTED, null, List.of(),
                new Diagnosis.Queues(0, 0, false, List.of(), 0, List.of(), false, 0));
        port = new DiagnosticsPort(new Settings().set(TransportSettings.DIAGNOSTICS_BIND_ADDR,
                member.address().getHostAddress()), member.start(), () -> diagnosis);
        port.open();
    }

    private void run(Duration length) {
        simulation.runUntil(simulation.now().plus(length));
    }

    @Test
    void whoSaysNothingIsClosedAfterFiveSecondsAndThenThereIsPlaceForOthers() {
        open("orders");
        List<Client> silent = Stream.generate(() -> new Client("")).limit(PLACES).toList();
        run(PATIENCE.minusSeconds(1));
        Client early = new Client("PROBE TEXT -\n");
        run(Duration.ofMillis(500));
        assertThat(silent).noneMatch(client -> client.closed);
        assertThat(early.closed).isTrue();
        assertThat(early.heard).isEmpty();

        run(Duration.ofSeconds(1));
        assertThat(silent).allMatch(client -> client.closed);
        Client late = new Client("PROBE TEXT -\n");
        run(Duration.ofMillis(500));
        assertThat(late.heard).contains("ANSWER ").contains("anna");
    }

    @Test
    void whoAsksAndDoesNotReadTheAnswerIsClosedAfterFiveSecondsToo() {
        open("a".repeat(2_000_000));
        Client deaf = new Client("PROBE TEXT -\n");
        deaf.stream.wantReadable(false);
        run(PATIENCE.minusSeconds(1));
        assertThat(deaf.closed).isFalse();
        run(Duration.ofSeconds(2));
        deaf.stream.wantReadable(true);
        run(Duration.ofSeconds(1));
        assertThat(deaf.closed).as("it can't have got all").isTrue();
        assertThat(deaf.heard.length()).isLessThan(2_000_000);
    }
}
