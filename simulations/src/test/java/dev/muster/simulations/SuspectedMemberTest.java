package dev.muster.simulations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Channel;
import dev.muster.api.Message;
import dev.muster.api.ProtocolType;
import dev.muster.api.Receiver;
import dev.muster.api.StackBuilder;
import dev.muster.api.View;
import dev.muster.protocols.transport.TcpTransport;
import dev.muster.testkit.simulation.SimulatedEnvironment;
import dev.muster.testkit.simulation.SimulatedNode;
import dev.muster.testkit.simulation.Simulation;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of messages to a member that is suspected, over TCP: not sent to it before it is known to be well, and never lost. */
class SuspectedMemberTest {

    private static final int SIZE = 3;
    private static final int LATE = 2;
    private static final long TICK_NANOS = 20_000_000L;
    private static final Duration SOON = Duration.ofSeconds(10);
    /** Longer than the silence after which a member is suspected, and than the next look; shorter than with verification. */
    private static final Duration PAUSE = Duration.ofMillis(3_800);
    private static final Duration MOMENT = Duration.ofMillis(300);

    /** An application that notes what it gets. */
    private static final class Member implements Receiver {
        private final Channel channel;
        private final List<Integer> numbers = new ArrayList<>();
        private SimulatedEnvironment process;
        private int sent;

        private Member(SimulatedNode node, List<InetAddress> contacts, boolean skipping) {
            channel = Stacks.ASSEMBLER.channel(StackBuilder.of(Stacks.TCP.of(node.address(), contacts))
                    .configure(ProtocolType.of("TCP"), s -> s.set(TcpTransport.SKIP_SUSPECTED_MEMBERS, skipping))
                    .definition(), "n" + node.index(), () -> process = node.start()).receiver(this);
            channel.connectAsync("suspected", false);
        }

        private void sendOnAndOn(Channel to) {
            process.asApplication(TICK_NANOS, () -> sendOnAndOn(to));
            channel.trySend(Message.to(to.address(), ByteBuffer.allocate(Integer.BYTES).putInt(sent).array()));
            sent++;
        }

        @Override
        public void receive(Message message) {
            numbers.add(ByteBuffer.wrap(message.payload()).getInt());
        }

        private long skipped() {
            return channel.counters().get("TCP.skipped_suspected");
        }
    }

    private final Simulation world = new Simulation(5);
    private List<Member> members;

    private void begin(boolean skipping) {
        List<InetAddress> contacts = Stream.generate(world::addNode).limit(SIZE).map(SimulatedNode::address).toList();
        members = IntStream.range(0, SIZE).mapToObj(index -> new Member(world.node(index), contacts, skipping)).toList();
        await("everybody sees everybody", member -> member.channel.view() != null && member.channel.view().size() == SIZE);
        members.get(0).sendOnAndOn(members.get(LATE).channel);
        world.runUntil(world.now().plus(MOMENT));
    }

    private void await(String what, Predicate<Member> ofAll) {
        assertThat(world.runUntil(world.now().plus(SOON), () -> members.stream().allMatch(ofAll))).as(what).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void messagesToAMemberThatAnswersInTimeAreHeldBackWhileItIsSuspectedAndAllArrive(boolean skipping) {
        begin(skipping);
        Member sender = members.get(0);
        View formed = sender.channel.view();

        world.node(LATE).pause(PAUSE);
        world.runUntil(world.now().plus(PAUSE).plus(MOMENT));

        assertThat(sender.skipped() > 0).as("skipped").isEqualTo(skipping);
        long skipped = sender.skipped();
        int sent = sender.sent;
        await("all have come", member -> members.get(LATE).numbers.size() >= sent);
        assertThat(sender.skipped()).as("nothing is skipped any more").isEqualTo(skipped);
        assertThat(members.get(LATE).numbers).isEqualTo(IntStream.range(0, members.get(LATE).numbers.size()).boxed().toList());
        assertThat(members).as("it has never been out").allMatch(member -> member.channel.view().equals(formed));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMemberThatDoesNotAnswerIsRemovedAllTheSame(boolean skipping) {
        begin(skipping);

        world.node(LATE).vanish();

        await("the others go on without it", member -> member == members.get(LATE) || member.channel.view().size() == SIZE - 1);
    }
}
