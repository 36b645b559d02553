package dev.muster.simulations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Channel;
import dev.muster.api.ChannelListener;
import dev.muster.api.ChannelState;
import dev.muster.api.MergeView;
import dev.muster.api.Message;
import dev.muster.api.NotConnectedException;
import dev.muster.api.ProtocolType;
import dev.muster.api.Receiver;
import dev.muster.api.StackBuilder;
import dev.muster.api.StateHandler;
import dev.muster.api.View;
import dev.muster.protocols.membership.GroupMembership;
import dev.muster.testkit.simulation.MemberStack;
import dev.muster.testkit.simulation.SimulatedEnvironment;
import dev.muster.testkit.simulation.SimulatedNode;
import dev.muster.testkit.simulation.Simulation;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A member sleeps until the others have gone on without it. With {@code shun}, of FD or of GMS, it sends nothing more from
 * the moment in which it learns that until it has found the others again and fetched their state; without, it goes on by
 * itself until it is merged.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ShunTest {

    private static final int SIZE = 4;
    private static final int SLEEPER = 2;
    private static final int SEEDS = 5;
    private static final Duration SLEEPS_AT = Duration.ofSeconds(10);
    private static final Duration SLEEP = Duration.ofSeconds(20);
    private static final Duration END = Duration.ofSeconds(60);
    private static final long TICK_NANOS = 100_000_000L;

    private final List<Ledger> ledgers = new ArrayList<>();

    /** The application: all have the same lines, each adds some of its own, and whoever is thrown out comes back. */
    private static final class Ledger implements Receiver, ChannelListener {
        private final String name;
        private final Channel channel;
        private final List<String> lines = new ArrayList<>();
        private final List<String> story = new ArrayList<>();
        private SimulatedEnvironment process;
        private boolean complete;
        private int written;

        private Ledger(SimulatedNode node, List<InetAddress> contacts, MemberStack stack) {
            name = "n" + node.index();
            channel = Stacks.ASSEMBLER.channel(stack.of(node.address(), contacts), name, () -> process = node.start())
                    .receiver(this).listener(this).stateHandler(StateHandler.ofBytes(this::state, this::take));
        }

        private void open() {
            channel.connectAsync("ledger", true).thenRun(() -> complete = true);
            process.asApplication(TICK_NANOS, this::tick);
        }

        private byte[] state() {
            return String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
        }

        private void take(byte[] state) {
            lines.clear();
            new String(state, StandardCharsets.UTF_8).lines().forEach(lines::add);
            story.add("state");
        }

        private void tick() {
            process.asApplication(TICK_NANOS, this::tick);
            if (complete) {
                written++;
                story.add("writes");
                channel.trySend(Message.toAll((name + " " + written).getBytes(StandardCharsets.UTF_8)));
            } else if (channel.view() == null) {
                story.add(mayWrite() ? "writes" : "is refused");
            }
        }

        private boolean mayWrite() {
            try {
                return channel.trySend(Message.toAll("never".getBytes(StandardCharsets.UTF_8)));
            } catch (NotConnectedException e) {
                return false;
            }
        }

        @Override
        public void receive(Message message) {
            lines.add(new String(message.payload(), StandardCharsets.UTF_8));
        }

        @Override
        public void viewAccepted(View view) {
            story.add((view instanceof MergeView ? "merge of " : "view of ") + view.size());
        }

        @Override
        public void stateChanged(Channel changed, ChannelState from, ChannelState to) {
            if (to == ChannelState.NO_VIEW) {
                story.add("removed");
                complete = false;
                open();
            }
        }
    }

    private static MemberStack detecting(MemberStack stack, boolean shun) {
        return (own, contacts) -> StackBuilder.of(stack.of(own, contacts)).replace(ProtocolType.of("FD_ALL"), "FD",
                Map.of("timeout", "1s", "shun", String.valueOf(shun))).definition();
    }

    private static MemberStack shunning(MemberStack stack) {
        return (own, contacts) -> StackBuilder.of(stack.of(own, contacts))
                .configure(ProtocolType.of("pbcast.GMS"), settings -> settings.set(GroupMembership.SHUN, true)).definition();
    }

    static Stream<Named<MemberStack>> shunning() {
        return Stream.of(Named.of("FD shuns, over datagrams", detecting(Stacks.DATAGRAM, true)),
                Named.of("FD shuns, over TCP", detecting(Stacks.TCP, true)),
                Named.of("GMS shuns, over datagrams", shunning(Stacks.DATAGRAM)),
                Named.of("GMS shuns, over TCP", shunning(Stacks.TCP)));
    }

    static Stream<Named<MemberStack>> others() {
        return Stream.of(Named.of("FD", detecting(Stacks.DATAGRAM, false)), Named.of("FD_ALL", Stacks.DATAGRAM));
    }

    /** What the sleeper does from when it wakes. */
    private List<String> wakes(long seed, MemberStack stack) {
        ledgers.clear();
        Simulation world = new Simulation(seed);
        List<SimulatedNode> nodes = Stream.generate(world::addNode).limit(SIZE).toList();
        List<InetAddress> contacts = nodes.stream().map(SimulatedNode::address).toList();
        nodes.forEach(node -> ledgers.add(new Ledger(node, contacts, stack)));
        ledgers.forEach(Ledger::open);
        world.runUntil(SLEEPS_AT);
        Ledger sleeper = ledgers.get(SLEEPER);
        int before = sleeper.story.size();
        world.node(SLEEPER).pause(SLEEP);
        world.runUntil(SLEEPS_AT.plus(SLEEP));
        assertThat(ledgers.get(0).channel.view().size()).as("the others' view while it sleeps").isEqualTo(SIZE - 1);
        world.runUntil(END);
        assertThat(ledgers).allMatch(ledger -> ledger.channel.view().size() == SIZE);
        return sleeper.story.subList(before, sleeper.story.size());
    }

    @ParameterizedTest
    @MethodSource("shunning")
    void whoShunsSendsNothingUntilItIsBackWithTheState(MemberStack stack) {
        for (long seed = 0; seed < SEEDS; seed++) {
            List<String> story = wakes(seed, stack);
            assertThat(story).as("seed %d", seed).contains("removed").doesNotContain("view of 1")
                    .noneMatch(line -> line.startsWith("merge"));
            List<String> back = story.subList(story.indexOf("removed"), story.size());
            assertThat(back.subList(0, back.indexOf("writes")).stream().filter(line -> !line.equals("is refused")))
                    .as("before it writes again, seed %d", seed).containsExactly("removed", "view of 4", "state");
            assertThat(ledgers).as("lines, seed %d", seed)
                    .allMatch(ledger -> new TreeSet<>(ledger.lines).equals(new TreeSet<>(ledgers.get(0).lines)));
        }
    }

    @ParameterizedTest
    @MethodSource("others")
    void whoDoesNotGoesOnByItselfUntilItIsMerged(MemberStack stack) {
        assertThat(wakes(1, stack)).doesNotContain("removed").contains("view of 1", "merge of 4");
    }
}
