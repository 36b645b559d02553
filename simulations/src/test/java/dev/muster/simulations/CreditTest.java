package dev.muster.simulations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Channel;
import dev.muster.api.LayerDefinition;
import dev.muster.api.LayerDefinition.Assignment;
import dev.muster.api.Message;
import dev.muster.api.Receiver;
import dev.muster.api.StackDefinition;
import dev.muster.core.Assembler;
import dev.muster.testkit.simulation.SimulatedEnvironment;
import dev.muster.testkit.simulation.SimulatedNode;
import dev.muster.testkit.simulation.Simulation;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever becomes of credit, and of those who owe it, no sender waits for ever: members of real stacks with little credit send
 * more than credit and outbox take together, to the group or to one member.
 */
class CreditTest {

    private static final String CREDITS = "20000";
    private static final int MESSAGES = 600;
    private static final int BYTES = 10_000;
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration FOR_EVER = Duration.ofDays(1);

    /** Which protocols control it, and where the messages go. */
    enum Flow {
        FC_TO_GROUP(true, "FC"),
        FC_TO_ONE(false, "FC"),
        MFC_BESIDE_UFC(true, "UFC", "MFC"),
        UFC_BESIDE_MFC(false, "MFC", "UFC"),
        MFC_ALONE(true, "MFC"),
        UFC_ALONE(false, "UFC");

        private final boolean toGroup;
        private final List<String> protocols;

        Flow(boolean toGroup, String... protocols) {
            this.toGroup = toGroup;
            this.protocols = List.of(protocols);
        }

        private StackDefinition in(StackDefinition shipped) {
            Assignment little = new Assignment("max_credits", CREDITS, "test");
            List<LayerDefinition> layers = new ArrayList<>();
            for (LayerDefinition layer : shipped.layers()) {
                if (layer.protocol().equals("FC")) {
                    layers.add(new LayerDefinition(CreditThief.Provider.TYPE.name(), List.of(), "test"));
                    protocols.forEach(name -> layers.add(new LayerDefinition(name, List.of(little), "test")));
                } else if (layer.protocol().equals("FRAG2")) {
                    layers.add(new LayerDefinition("FRAG2", List.of(new Assignment("frag_size", CREDITS, "test")), "test"));
                } else {
                    layers.add(layer);
                }
            }
            return new StackDefinition(shipped.origin(), layers, shipped.options());
        }
    }

    /** An application that notes the numbers of messages in the order in which it is given them. */
    private static final class Member implements Receiver {
        private final Channel channel;
        private final List<Integer> numbers = new ArrayList<>();

        private Member(Channel channel) {
            this.channel = channel.receiver(this);
        }

        @Override
        public void receive(Message message) {
            numbers.add(ByteBuffer.wrap(message.payload()).getInt());
        }

        private long counter(String name) {
            return channel.counters().entrySet().stream().filter(entry -> entry.getKey().endsWith("FC." + name))
                    .mapToLong(Map.Entry::getValue).sum();
        }
    }

    private final Simulation world = new Simulation(11);
    private final List<Member> members = new ArrayList<>();
    private final List<CompletableFuture<Void>> accepted = new ArrayList<>();
    private final AtomicInteger thefts = new AtomicInteger();
    private List<InetAddress> addresses;
    private Flow flow;

    private void begin(Flow given, int nodes, int joining) {
        flow = given;
        addresses = Stream.generate(world::addNode).limit(nodes).map(SimulatedNode::address).toList();
        IntStream.range(0, joining).forEach(this::join);
        awaitView(joining);
    }

    private void join(int node) {
        Assembler assembler = Stacks.ASSEMBLER.with(new CreditThief.Provider(thefts));
        SimulatedEnvironment process = world.node(node).start();
        StackDefinition stack = flow.in(Stacks.TCP.of(process.node().address(), addresses));
        Member member = new Member(assembler.channel(stack, "n" + node, () -> process));
        members.add(member);
        member.channel.connectAsync("credit", false);
    }

    private void awaitView(int size) {
        await("a view of " + size, () -> members.get(0).channel.view() != null
                && members.get(0).channel.view().size() == size);
    }

    private void await(String what, BooleanSupplier condition) {
        assertThat(world.runUntil(world.now().plus(LONG), condition)).as(what).isTrue();
    }

    /** The first member sends, to the group or to the last one, more than fits anywhere. */
    private void sendMuch() {
        Member sender = members.get(0);
        Member debtor = members.get(members.size() - 1);
        for (int number = 0; number < MESSAGES; number++) {
            byte[] payload = ByteBuffer.allocate(BYTES).putInt(number).array();
            accepted.add(sender.channel.sendAsync(flow.toGroup ? Message.toAll(payload)
                    : Message.to(debtor.channel.address(), payload)));
        }
    }

    /** The last member takes for ever, or for a while, over what it is given; the first one gets to wait for it. */
    private void sendMuchToASlowOne(Duration slowness) {
        world.node(members.size() - 1).deliveryDelay(slowness);
        sendMuch();
        await("the sender waits", () -> members.get(0).counter("waiting_packets") > 0);
        assertThat(accepted).anyMatch(future -> !future.isDone());
    }

    private void awaitEverythingSent() {
        Member sender = members.get(0);
        await("everything is accepted", () -> accepted.stream().allMatch(CompletableFuture::isDone));
        assertThat(accepted).noneMatch(CompletableFuture::isCompletedExceptionally);
        await("nothing waits", () -> sender.counter("waiting_packets") == 0
                && sender.channel.counters().get("CHANNEL.outbox_bytes") == 0);
    }

    private void awaitEverythingAt(Member receiver) {
        await("everything has come", () -> receiver.numbers.size() == MESSAGES);
        assertThat(receiver.numbers).isEqualTo(IntStream.range(0, MESSAGES).boxed().toList());
    }

    @ParameterizedTest
    @EnumSource
    void noSenderWaitsForEverForCreditThatIsLostManyTimesInARow(Flow given) {
        begin(given, 3, 3);
        thefts.set(25);

        sendMuch();

        awaitEverythingSent();
        awaitEverythingAt(members.get(2));
        assertThat(thefts).hasValue(0);
        assertThat(members.get(0).counter("credits_asked")).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void noSenderWaitsForEverForAMemberThatVanishesWhileItOwesCredit(Flow given) {
        begin(given, 3, 3);
        sendMuchToASlowOne(FOR_EVER);

        world.node(2).vanish();

        awaitEverythingSentWithoutTheDebtor();
    }

    @ParameterizedTest
    @EnumSource
    void noSenderWaitsForEverForAMemberThatLeavesWhileItOwesCredit(Flow given) {
        begin(given, 3, 3);
        sendMuchToASlowOne(FOR_EVER);

        members.get(2).channel.disconnectAsync();

        awaitEverythingSentWithoutTheDebtor();
    }

    private void awaitEverythingSentWithoutTheDebtor() {
        awaitView(2);
        awaitEverythingSent();
        if (flow.toGroup) {
            awaitEverythingAt(members.get(1));
        }
    }

    @ParameterizedTest
    @EnumSource
    void noSenderWaitsForEverWhenTheViewChangesWhileItWaits(Flow given) {
        begin(given, 4, 3);
        Member debtor = members.get(2);
        sendMuchToASlowOne(Duration.ofSeconds(20));

        join(3);
        awaitView(4);
        world.node(1).crash();
        awaitView(3);
        world.node(2).deliveryDelay(Duration.ofMillis(1));

        awaitEverythingSent();
        awaitEverythingAt(debtor);
    }
}
