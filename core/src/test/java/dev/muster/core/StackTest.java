package dev.muster.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.Address;
import dev.muster.spi.Context;
import dev.muster.spi.Event;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import dev.muster.spi.PacketCodec;
import dev.muster.spi.PacketPool;
import dev.muster.spi.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class StackTest {

    private static final String CLUSTER = "orders";
    private static final int POOLED_BYTES = 5_000;

    private final Fakes.ManualEnvironment environment = new Fakes.ManualEnvironment();
    private final List<String> record = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private final Address self = Address.of(9, 9, "self");

    private final Stack.Top top = new Stack.Top() {
        @Override
        public void up(Packet packet) {
            record.add("top up " + Fakes.text(packet));
            names.add(packet.source().name());
        }

        @Override
        public void event(Event event) {
            record.add("top event " + event.getClass().getSimpleName());
        }
    };

    /** Records what it is told, and does what a test wants in addition. */
    private class Recording implements Protocol {
        private final String name;
        Context context;
        int depth;
        Consumer<Packet> onUp = packet -> context.passUp(packet);
        Consumer<Packet> onDown = packet -> context.passDown(packet);
        java.util.function.UnaryOperator<Event> onEvent = event -> event;
        Consumer<Integer> onTimer = id -> {};
        Runnable onStop = () -> {};
        boolean tells;

        Recording(String name) {
            this.name = name;
        }

        private void enter(String what) {
            assertThat(depth).as("never entered from within its own call").isZero();
            depth++;
            record.add(name + " " + what);
        }

        @Override
        public boolean tellsWhatItKeeps() {
            return tells;
        }

        @Override
        public void start(Context newContext) {
            context = newContext;
            enter("start");
            depth--;
        }

        @Override
        public void stop() {
            record.add(name + " stop");
            onStop.run();
        }

        @Override
        public void up(Packet packet) {
            enter("up " + Fakes.text(packet));
            try {
                onUp.accept(packet);
            } finally {
                depth--;
            }
        }

        @Override
        public void down(Packet packet) {
            enter("down " + Fakes.text(packet));
            try {
                onDown.accept(packet);
            } finally {
                depth--;
            }
        }

        @Override
        public void timer(int id) {
            enter("timer " + id);
            try {
                onTimer.accept(id);
            } finally {
                depth--;
            }
        }

        @Override
        public Event event(Event event) {
            enter("event " + event.getClass().getSimpleName());
            try {
                return onEvent.apply(event);
            } finally {
                depth--;
            }
        }
    }

    /** The bottom. */
    private final class Bottom extends Recording implements dev.muster.spi.Transport {
        Bottom() {
            super("bottom");
            onDown = packet -> {};
        }

        @Override
        public void up(Packet packet) {
            throw new AssertionError();
        }

        @Override
        public void flush() {
            record.add("bottom flush");
        }
    }

    private final Bottom bottom = new Bottom();
    private final Recording middle = new Recording("middle");
    private final Recording upper = new Recording("upper");

    private Stack started() {
        Stack stack = TestStacks.stack(environment, self, CLUSTER, top, bottom, middle, upper);
        stack.start();
        record.clear();
        return stack;
    }

    private static Packet data(String text) {
        byte[] payload = Fakes.bytes(text);
        return Packet.toGroup().withFlags(Packet.DATA).withPayload(payload, 0, payload.length);
    }

    private Packet arrived(String text) {
        return data(text).from(Fakes.BERT, PacketCodec.clusterId(CLUSTER));
    }

    @Test
    void layersStartFromTheBottomAndStopFromTheTop() {
        Stack stack = TestStacks.stack(environment, self, CLUSTER, top, bottom, middle, upper);
        stack.start();
        stack.stop();

        assertThat(record).containsExactly("bottom start", "middle start", "upper start", "upper stop", "middle stop",
                "bottom stop");
        assertThat(stack.isStopped()).isTrue();
    }

    @Test
    void aPacketPassesAllLayersAndIsFlushedOnceAtTheEndOfTheTurn() {
        Stack stack = started();

        stack.turn(() -> {
            stack.down(data("a"));
            stack.down(data("b"));
        });

        assertThat(record).containsExactly("upper down a", "upper down b", "middle down a", "middle down b",
                "bottom down a", "bottom down b", "bottom flush");
    }

    @Test
    void theTransportGetsPacketsStampedWithSourceAndCluster() {
        Stack stack = started();
        List<Packet> sent = new ArrayList<>();
        bottom.onDown = sent::add;

        stack.turn(() -> stack.down(data("a")));

        assertThat(sent.get(0).source()).isEqualTo(self);
        assertThat(sent.get(0).cluster()).isEqualTo(PacketCodec.clusterId(CLUSTER));
    }

    @Test
    void whatALayerAsksForHappensAfterItsCallInTheOrderAsked() {
        Stack stack = started();
        middle.onUp = packet -> {
            middle.context.passDown(data("answer"));
            middle.context.passUp(packet);
            middle.context.emitUp(new Event.Filled());
            record.add("middle done");
        };

        stack.turn(() -> bottom.context.passUp(arrived("x")));

        assertThat(record).containsExactly("middle up x", "middle done", "bottom down answer", "upper up x",
                "upper event Filled", "top up x", "top event Filled", "bottom flush");
    }

    @Test
    void theTopGetsSourcesWithTheirNamesAlsoWhereALayerTookThemFromAHeader() {
        Stack stack = started();
        Address ann = Address.of(1, 1, "ann");
        middle.onUp = packet -> middle.context.passUp(packet.from(Address.of(1, 1, ""), packet.cluster()));
        upper.onUp = packet -> {
            assertThat(packet.source().name()).isEmpty();
            upper.context.passUp(packet);
        };
        stack.turn(() -> bottom.context.emitUp(new Event.ViewInstalled(Fakes.view(1, self, ann), List.of())));

        stack.turn(() -> bottom.context.passUp(arrived("x")));

        assertThat(names).containsExactly("ann");
    }

    @Test
    void eventsTravelLayerByLayerUntilOneKeepsOrReplacesThem() {
        Stack stack = started();
        middle.onEvent = event -> event instanceof Event.Connect ? null
                : event instanceof Event.Flush ? new Event.FlushEnded() : event;

        stack.turn(() -> {
            stack.eventDown(new Event.Connect(false));
            stack.eventDown(new Event.Flush());
            stack.eventDown(new Event.Disconnect());
        });

        assertThat(record).containsExactly("upper event Connect", "upper event Flush", "upper event Disconnect",
                "middle event Connect", "middle event Flush", "middle event Disconnect", "bottom event FlushEnded",
                "bottom event Disconnect");
    }

    @Test
    void packetsOfOtherClustersOfSelfAndForOthersAreDroppedAndCounted() {
        Stack stack = started();
        long id = PacketCodec.clusterId(CLUSTER);
        PacketBatch batch = new PacketBatch(2);
        batch.add(data("own").from(self, id));
        batch.add(arrived("good"));

        stack.turn(() -> {
            bottom.context.passUp(data("other cluster").from(Fakes.BERT, id + 1));
            bottom.context.passUp(Packet.to(Fakes.CARL).from(Fakes.BERT, id));
            bottom.context.passUp(data("nobody"));
            bottom.context.passUp(batch);
        });

        assertThat(record).containsExactly("middle up good", "upper up good", "top up good");
        assertThat(stack.counters()).containsEntry("BOTTOM.packets_not_for_us", 4L);
    }

    @Test
    void anExceptionIsCountedAgainstItsLayerAndTheRestGoesOn() {
        Stack stack = started();
        middle.onDown = packet -> {
            if (Fakes.text(packet).equals("bad")) {
                throw new IllegalStateException("planted");
            }
            middle.context.passDown(packet);
        };

        stack.turn(() -> {
            stack.down(data("bad"));
            stack.down(data("good"));
        });

        assertThat(record).endsWith("bottom down good", "bottom flush").doesNotContain("bottom down bad");
        assertThat(stack.counters()).containsEntry("MIDDLE.failures", 1L);
    }

    @Test
    void anErrorIsTreatedAsAnExceptionAndSoIsOneInAnEventOrTimer() {
        Stack stack = started();
        middle.onEvent = event -> {
            throw new StackOverflowError("planted");
        };
        middle.onTimer = id -> {
            throw new LinkageError("planted");
        };

        stack.turn(() -> {
            stack.eventDown(new Event.Disconnect());
            middle.context.setTimer(1, 0);
            stack.down(data("good"));
        });

        assertThat(record).endsWith("bottom down good", "bottom flush");
        assertThat(stack.counters()).containsEntry("MIDDLE.failures", 2L);
    }

    @Test
    void aFailingTopHarmsNothingElse() {
        Stack.Top failing = new Stack.Top() {
            @Override
            public void up(Packet packet) {
                throw new IllegalStateException("planted");
            }

            @Override
            public void event(Event event) {
                record.add("event");
            }
        };
        Stack stack = TestStacks.stack(environment, self, CLUSTER, failing, bottom, middle, upper);
        stack.start();

        stack.turn(() -> {
            upper.context.passUp(arrived("x"));
            upper.context.emitUp(new Event.Filled());
        });

        assertThat(record).endsWith("event");
    }

    @Test
    void workWithinATurnIsDoneNowButWhatItAsksForLater() {
        Stack stack = started();

        stack.turn(() -> {
            stack.down(data("a"));
            stack.turn(() -> {
                record.add("inner");
                stack.down(data("b"));
            });
            record.add("outer");
        });

        assertThat(record).startsWith("inner", "outer", "upper down a", "upper down b");
    }

    @Test
    void onceStoppedWithinATurnNothingMoreIsCarriedOut() {
        Stack stack = started();

        stack.turn(() -> {
            stack.down(data("late"));
            stack.stop();
        });
        stack.turn(() -> stack.down(data("later")));

        assertThat(record).containsExactly("upper stop", "middle stop", "bottom stop");
    }

    @Test
    void aStopThatThrowsKeepsNoOtherLayerFromStopping() {
        Stack stack = started();
        middle.onStop = () -> {
            throw new NoClassDefFoundError("planted");
        };

        stack.stop();

        assertThat(record).containsExactly("upper stop", "middle stop", "bottom stop");
        assertThat(stack.counters()).containsEntry("MIDDLE.failures", 1L);
    }

    @Test
    void layersThatWereNotStartedAreNotStopped() {
        Protocol failing = new Recording("failing") {
            @Override
            public void start(Context context) {
                throw new IllegalStateException("port taken");
            }
        };
        Stack stack = TestStacks.stack(environment, self, CLUSTER, top, bottom, middle, failing, upper);

        assertThatThrownBy(stack::start).isInstanceOf(IllegalStateException.class).hasMessage("port taken");
        stack.stop();

        assertThat(record).containsExactly("bottom start", "middle start", "middle stop", "bottom stop");
    }

    @Test
    void aTimerFiresOnceAfterItsDelay() {
        started();
        middle.context.setTimer(7, 100);

        environment.advance(99);
        assertThat(record).isEmpty();
        environment.advance(1);
        environment.advance(1_000);

        assertThat(record).containsExactly("middle timer 7");
    }

    @Test
    void settingATimerLaterAgainAndAgainTouchesTheEnvironmentOnce() {
        started();
        for (int i = 0; i < 1_000; i++) {
            middle.context.setTimer(7, 1_000 + i);
        }
        assertThat(environment.scheduled).isEqualTo(1);

        environment.advance(1_998);
        assertThat(record).isEmpty();
        environment.advance(1);
        assertThat(record).containsExactly("middle timer 7");
        assertThat(environment.scheduled).isEqualTo(2);
    }

    @Test
    void settingATimerSoonerFiresSoonerAndOnlyOnce() {
        started();
        middle.context.setTimer(7, 1_000);
        middle.context.setTimer(7, 10);

        environment.advance(10);
        environment.advance(5_000);

        assertThat(record).containsExactly("middle timer 7");
    }

    @Test
    void aCancelledTimerDoesNotFireAndCanBeSetAgain() {
        started();
        middle.context.setTimer(7, 100);
        middle.context.cancelTimer(7);
        middle.context.cancelTimer(8);
        environment.advance(1_000);
        assertThat(record).isEmpty();

        middle.context.setTimer(7, 100);
        environment.advance(100);
        assertThat(record).containsExactly("middle timer 7");
    }

    @Test
    void aTimerWithoutDelayFiresAfterWhatIsAlreadyWaiting() {
        Stack stack = started();
        middle.onDown = packet -> {
            middle.context.setTimer(1, 0);
            middle.context.passDown(packet);
        };

        stack.turn(() -> {
            stack.down(data("a"));
            upper.context.passDown(data("b"));
        });

        assertThat(record.indexOf("middle timer 1")).isGreaterThan(record.indexOf("middle down b"));
    }

    @Test
    void aTimerWithoutDelayThatIsCancelledOrMovedDoesNotFireAtOnce() {
        Stack stack = started();

        stack.turn(() -> {
            middle.context.setTimer(1, 0);
            middle.context.cancelTimer(1);
            middle.context.setTimer(2, 0);
            middle.context.setTimer(2, 50);
        });
        assertThat(record).isEmpty();

        environment.advance(50);
        assertThat(record).containsExactly("middle timer 2");
    }

    @Test
    void aTimerCanSetItselfAgain() {
        started();
        middle.onTimer = id -> {
            if (record.size() < 3) {
                middle.context.setTimer(id, 10);
            }
        };
        middle.context.setTimer(1, 10);

        for (int i = 0; i < 10; i++) {
            environment.advance(10);
        }

        assertThat(record).containsExactly("middle timer 1", "middle timer 1", "middle timer 1");
    }

    @Test
    void timersOfAStoppedStackAreForgotten() {
        Stack stack = started();
        middle.context.setTimer(1, 10);
        stack.stop();
        record.clear();

        environment.advance(100);

        assertThat(record).isEmpty();
        assertThat(environment.timers.nextNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void actionsKeepTheirOrderWhileTheQueueGrows() {
        ActionQueue queue = new ActionQueue();
        int added = 0;
        int taken = 0;
        for (int round = 0; round < 100; round++) {
            for (int i = 0; i < 7 + round; i++) {
                queue.add(added % 5, ActionQueue.Kind.values()[added % 6], added++);
            }
            for (int i = 0; i < 6 + round / 2; i++) {
                assertThat(queue.next()).isTrue();
                assertThat(queue.subject()).isEqualTo(taken);
                assertThat(queue.target()).isEqualTo(taken % 5);
                assertThat(queue.kind()).isEqualTo(ActionQueue.Kind.values()[taken++ % 6]);
            }
        }
        while (queue.next()) {
            assertThat(queue.subject()).isEqualTo(taken++);
        }
        assertThat(taken).isEqualTo(added);
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.subject()).as("nothing is held on to").isNull();
    }

    /** Send a packet that lies in memory of a pool down a stack whose layers tell what they keep; whether that serves again. */
    private boolean memoryServesAgain(Recording... telling) {
        List.of(telling).forEach(layer -> layer.tells = true);
        Stack stack = started();
        PacketPool pool = new PacketPool(1 << 20);
        Packet packet = Packet.toGroup().withPayload(pool.take(POOLED_BYTES), 0, 1);
        stack.turn(() -> {
            stack.down(packet);
            packet.release();
            pool.settle();
            assertThat(pool.take(POOLED_BYTES).array()).as("it is on its way").isNotSameAs(packet.buffer());
        });
        pool.settle();
        return pool.take(POOLED_BYTES).array() == packet.buffer();
    }

    @Test
    void memoryOfAPacketThatHasPassedServesAgainWhereAllLayersTellWhatTheyKeep() {
        assertThat(memoryServesAgain(bottom, middle, upper)).isTrue();
    }

    @Test
    void memoryOfAPacketThatPassedALayerWhichDoesNotTellNeverServesAgain() {
        assertThat(memoryServesAgain(bottom, upper)).isFalse();
    }

    @Test
    void memoryOfAPacketThatALayerFailedOverServesAgain() {
        middle.onDown = packet -> {
            throw new IllegalStateException("planted");
        };
        assertThat(memoryServesAgain(bottom, middle, upper)).isTrue();
    }
}
