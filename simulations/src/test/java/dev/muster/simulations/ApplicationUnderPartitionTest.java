package dev.muster.simulations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Channel;
import dev.muster.api.MergeView;
import dev.muster.api.Message;
import dev.muster.api.Receiver;
import dev.muster.api.View;
import dev.muster.testkit.simulation.SimulatedEnvironment;
import dev.muster.testkit.simulation.SimulatedNode;
import dev.muster.testkit.simulation.Simulation;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How an application tests itself under partitions; docs/testing-your-application.md explains it. The application is a
 * basket that all members share; what goes in is never taken out.
 */
class ApplicationUnderPartitionTest {

    /** The application: nothing here knows of the simulation. */
    private static final class Basket implements Receiver {
        private final Set<String> items = new TreeSet<>();
        private final Channel channel;

        private Basket(Channel channel) {
            this.channel = channel.receiver(this);
        }

        void open() {
            channel.connectAsync("basket", false);
        }

        void put(String item) {
            channel.trySend(Message.toAll(item.getBytes(StandardCharsets.UTF_8)));
        }

        @Override
        public void receive(Message message) {
            items.add(new String(message.payload(), StandardCharsets.UTF_8));
        }

        /** Each side of a partition has what the other lacks: tell it again. Without this line the test fails. */
        @Override
        public void viewAccepted(View view) {
            if (view instanceof MergeView) {
                items.forEach(this::put);
            }
        }
    }

    private final List<Basket> baskets = new ArrayList<>();

    private Simulation world(long seed, int members) {
        Simulation world = new Simulation(seed);
        List<SimulatedNode> nodes = Stream.generate(world::addNode).limit(members).toList();
        List<InetAddress> addresses = nodes.stream().map(SimulatedNode::address).toList();
        for (SimulatedNode node : nodes) {
            SimulatedEnvironment process = node.start();
            baskets.add(new Basket(Stacks.ASSEMBLER.channel(Stacks.TCP.of(node.address(), addresses), "n" + node.index(),
                    () -> process)));
        }
        baskets.forEach(Basket::open);
        return world;
    }

    private boolean areTogether() {
        return baskets.stream().allMatch(basket -> basket.channel.view() != null
                && basket.channel.view().size() == baskets.size());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whatWasPutInOnEitherSideOfAPartitionIsInAllBasketsAfterwards(long seed) {
        Simulation world = world(seed, 3);
        assertThat(world.runUntil(Duration.ofSeconds(20), this::areTogether)).isTrue();

        world.partition(List.of(List.of(0, 1), List.of(2)));
        world.runUntil(world.now().plusSeconds(10));
        assertThat(areTogether()).isFalse();
        baskets.get(0).put("apples");
        baskets.get(2).put("pears");
        world.runUntil(world.now().plusSeconds(5));
        assertThat(baskets.get(1).items).containsExactly("apples");

        world.heal();
        assertThat(world.runUntil(world.now().plusSeconds(60), () -> baskets.stream()
                .allMatch(basket -> basket.items.equals(Set.of("apples", "pears"))))).isTrue();
    }

    @Test
    void whatTheSurvivorsHaveIsTheSameAfterACrashInTheMiddleOfASend() {
        Simulation world = world(6, 3);
        assertThat(world.runUntil(Duration.ofSeconds(20), this::areTogether)).isTrue();

        world.node(0).crashAfterSends(1);
        baskets.get(0).put("a melon that perhaps only one of the others gets from its sender");
        world.runUntil(world.now().plusSeconds(10));

        assertThat(baskets.get(1).channel.view().size()).isEqualTo(2);
        assertThat(baskets.get(1).items).isEqualTo(baskets.get(2).items);
    }
}
