package dev.muster.simulations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.Address;
import dev.muster.api.Channel;
import dev.muster.api.LayerDefinition;
import dev.muster.api.MessageTooLargeException;
import dev.muster.api.PayloadCodec;
import dev.muster.api.ProtocolType;
import dev.muster.api.Settings;
import dev.muster.api.StackDefinition;
import dev.muster.spi.Context;
import dev.muster.spi.Packet;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.simulation.SimulatedEnvironment;
import dev.muster.testkit.simulation.SimulatedNode;
import dev.muster.testkit.simulation.Simulation;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can't be sent fails at the caller, who is told why, and is as if it had never been tried. */
class PayloadTest {

    private static final int TRIES = 90;
    private static final int TOO_LARGE = 200_000_000;

    /** Odd numbers can't be encoded. */
    private static final PayloadCodec<Integer> EVEN = new PayloadCodec<>() {
        @Override
        public byte[] encode(Integer value) {
            if (value % 2 == 1) {
                throw new IllegalArgumentException(value + " is odd");
            }
            return UTF_8.encode(value.toString());
        }

        @Override
        public Integer decode(byte[] buffer, int offset, int length) {
            return Integer.valueOf(UTF_8.decode(buffer, offset, length));
        }
    };

    /** Right above the layers that number packets: counts the data that they get. */
    private record Count(AtomicInteger data) implements ProtocolProvider {

        private static final ProtocolType TYPE = ProtocolType.of("test-count");

        @Override
        public ProtocolType type() {
            return TYPE;
        }

        @Override
        public String says() {
            return "Counts data.";
        }

        @Override
        public Protocol create(Settings settings) {
            return new Protocol() {
                private Context context;

                @Override
                public void start(Context given) {
                    context = given;
                }

                @Override
                public void down(Packet packet) {
                    data.addAndGet(packet.has(Packet.DATA) ? 1 : 0);
                    context.passDown(packet);
                }

                @Override
                public void up(Packet packet) {
                    context.passUp(packet);
                }
            };
        }
    }

    private final Simulation world = new Simulation(5);
    private final AtomicInteger numbered = new AtomicInteger();
    private final List<Integer> received = new ArrayList<>();
    private final List<InetAddress> addresses =
            Stream.generate(world::addNode).limit(2).map(SimulatedNode::address).toList();

    private Channel join(int node) {
        StackDefinition shipped = Stacks.TCP.of(addresses.get(node), addresses);
        List<LayerDefinition> layers = new ArrayList<>(shipped.layers());
        int place = layers.stream().map(LayerDefinition::protocol).toList().indexOf("FC");
        layers.add(place, new LayerDefinition(Count.TYPE.name(), List.of(), "test"));
        AtomicInteger counter = node == 0 ? numbered : new AtomicInteger();
        SimulatedEnvironment process = world.node(node).start();
        Channel channel = Stacks.ASSEMBLER.with(new Count(counter)).channel(
                new StackDefinition(shipped.origin(), layers, shipped.options()), "n" + node, () -> process);
        channel.connectAsync("payloads", false);
        return channel;
    }

    @ParameterizedTest(name = "to the group: {0}")
    @ValueSource(booleans = {true, false})
    void takesNoNumberAndHarmsNoMessageBehindIt(boolean toGroup) {
        Channel sender = join(0);
        Channel receiver = join(1).receiver(EVEN.receiver((source, value) -> received.add(value)));
        assertThat(world.runUntil(Duration.ofSeconds(20), () -> sender.view() != null
                && receiver.view() != null && sender.view().size() == 2)).isTrue();
        Address destination = toGroup ? null : receiver.address();
        List<Integer> sent = new ArrayList<>();

        for (int value = 0; value < TRIES; value++) {
            int number = value;
            if (value % 30 == 0) {
                assertThatThrownBy(() -> sender.send(destination, new byte[TOO_LARGE], 0, TOO_LARGE))
                        .isInstanceOf(MessageTooLargeException.class);
            } else if (value % 2 == 1) {
                assertThatThrownBy(() -> sender.send(destination, number, EVEN)).hasMessage(value + " is odd");
            } else {
                sender.send(destination, value, EVEN);
                sent.add(value);
            }
        }
        world.runUntil(world.now().plusSeconds(5));

        assertThat(received).isEqualTo(sent);
        assertThat(numbered).as("packets that got a number").hasValueLessThanOrEqualTo(sent.size());
        assertThat(waitedFor(receiver)).as("gaps that were asked for").isZero();
        assertThat(waitedFor(sender)).isZero();
    }

    private static long waitedFor(Channel channel) {
        Map<String, Long> counters = channel.counters();
        return counters.get("NAKACK.retransmissions_asked") + counters.get("UNICAST.retransmissions_sent");
    }
}
