package dev.muster.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.Address;
import dev.muster.api.Channel;
import dev.muster.api.ChannelState;
import dev.muster.api.ConfigurationException;
import dev.muster.api.StackBuilder;
import dev.muster.spi.Audiences;
import dev.muster.spi.Capability;
import dev.muster.spi.Context;
import dev.muster.spi.Event;
import dev.muster.spi.Header;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.Limits;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import dev.muster.spi.PacketCodec;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import dev.muster.spi.SharedTransport;
import dev.muster.spi.Tenant;
import dev.muster.spi.Transport;
import dev.muster.spi.TransportSettings;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several channels above one transport, in an environment that moves only when told. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class SharedTransportsTest {

    private static final InetSocketAddress PLACE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 7_800);

    private final Fakes.ManualEnvironment environment = new Fakes.ManualEnvironment();
    private final SharedTransports shared = new SharedTransports();
    private final List<String> record = new ArrayList<>();
    private final Map<String, Top> tops = new LinkedHashMap<>();
    private RuntimeException startFailure;
    private Line line;

    private record Number(int value) implements Header {}

    /** Writes a number; each protocol that has it gives it an id of its own. */
    private record NumberCodec(int id) implements HeaderCodec<Number> {
        @Override
        public Class<Number> type() {
            return Number.class;
        }

        @Override
        public void encode(Number header, WireWriter out) {
            out.writeInt(header.value);
        }

        @Override
        public Number decode(WireReader in) {
            return new Number(in.readInt());
        }
    }

    /** A transport that notes what it is told. */
    private final class Line implements SharedTransport {
        private final Audiences audiences = new Audiences();
        private Context context;

        @Override
        public void open(Context given) {
            context = given;
            line = this;
            record.add("start");
            if (startFailure != null) {
                throw startFailure;
            }
            context.emitUp(new Event.TransportReady(PLACE));
        }

        @Override
        public void stop() {
            record.add("stop");
        }

        @Override
        public void down(Packet packet) {
            record.add("down " + packet.source());
        }

        @Override
        public void flush() {
            record.add("flush");
        }

        @Override
        public Limits limits(Tenant tenant) {
            return Limits.NONE;
        }

        @Override
        public Audiences audiences() {
            return audiences;
        }

        @Override
        public void serve(Tenant tenant) {
            audiences.add(tenant);
            record.add("serve " + tenant.cluster());
        }

        @Override
        public void release(Tenant tenant) {
            audiences.remove(tenant);
            record.add("release " + tenant.cluster());
        }

        @Override
        public void event(Tenant tenant, Event event) {
            if (event instanceof Event.ViewInstalled installed) {
                audiences.install(tenant, installed);
                record.add("view " + tenant.cluster());
            }
        }
    }

    /** A transport for one. */
    private static final class Lonely implements Transport {
        @Override
        public void start(Context context) {}

        @Override
        public void down(Packet packet) {}

        @Override
        public void flush() {}
    }

    /** A group of this member and Bert; notes what comes up. */
    private final class Top implements Protocol {
        private final List<Packet> packets = new ArrayList<>();
        private final List<Integer> batches = new ArrayList<>();
        private final List<Event> events = new ArrayList<>();
        private Context context;

        @Override
        public void start(Context given) {
            context = given;
            tops.put(given.cluster(), this);
        }

        @Override
        public void up(Packet packet) {
            packets.add(packet);
        }

        @Override
        public void up(PacketBatch batch) {
            batches.add(batch.size());
            batch.forEach(packets::add);
        }

        @Override
        public void down(Packet packet) {
            context.passDown(packet);
        }

        @Override
        public Event event(Event event) {
            events.add(event);
            if (event instanceof Event.Connect) {
                context.emit(new Event.ViewInstalled(Fakes.view(1, context.self(), Fakes.BERT), List.of()));
            } else if (event instanceof Event.Disconnect) {
                context.emitUp(new Event.Disconnected(false, "asked to"));
            }
            return event;
        }
    }

    private Channel channel(String name, String transport, int headerId, Map<String, String> settings) {
        ProtocolProvider lines = new TestStacks.Provider("LINE").provides(Capability.TRANSPORT)
                .settings(TransportSettings.ALL.toArray(dev.muster.api.Setting<?>[]::new)).creating(values -> new Line());
        ProtocolProvider lonely = new TestStacks.Provider("LONELY").provides(Capability.TRANSPORT)
                .settings(TransportSettings.ALL.toArray(dev.muster.api.Setting<?>[]::new)).creating(values -> new Lonely());
        ProtocolProvider top = new TestStacks.Provider("TOP").headers(new NumberCodec(headerId))
                .creating(values -> new Top());
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.put("singleton_name", "one");
        return new Assembler(List.of(lines, lonely, top), List.of()).channel(
                StackBuilder.create().add(transport, all).add("TOP", Map.of()).definition(), name, () -> environment, shared);
    }

    private Channel join(String cluster) {
        return join(channel(cluster + "-member", "LINE", 300, Map.of()), cluster);
    }

    private Channel join(Channel channel, String cluster) {
        CompletableFuture<Void> connected = channel.connectAsync(cluster, false);
        environment.settle();
        connected.join();
        return channel;
    }

    private void leave(Channel channel) {
        channel.disconnectAsync();
        environment.settle();
        assertThat(channel.state()).isEqualTo(ChannelState.DISCONNECTED);
    }

    private void onLine(Runnable work) {
        environment.execute(() -> {
            work.run();
            // a timer's turn carries out what the work has asked for
            line.context.setTimer(99, 1);
        });
        environment.settle();
        environment.advance(1);
    }

    private static Packet from(Address source, String cluster, int number) {
        return Packet.toGroup().with(new Number(number)).from(source, PacketCodec.clusterId(cluster));
    }

    @Test
    void theFirstStartsTheTransportAndTheLastStopsIt() {
        Channel first = join("x");
        Channel second = join("y");
        assertThat(record).containsExactly("start", "serve x", "view x", "serve y", "view y");

        leave(first);
        assertThat(record).endsWith("view y", "release x");
        assertThat(environment.closed).isZero();
        join(first, "x");
        leave(second);
        leave(first);

        assertThat(record).endsWith("release y", "release x", "stop").containsOnlyOnce("start");
        assertThat(environment.closed).isEqualTo(1);
    }

    @Test
    void whoComesLaterLearnsWhatTheTransportSaidAtItsStart() {
        join("x");
        join("y");

        assertThat(tops.get("y").events).contains(new Event.TransportReady(PLACE));
    }

    @Test
    void everyClusterGetsItsOwnPacketsInOrderAndTogether() {
        join("x");
        join("y");
        PacketBatch mixed = new PacketBatch(5);
        for (int number = 0; number < 5; number++) {
            mixed.add(from(Fakes.BERT, number % 2 == 0 ? "x" : "y", number));
        }
        PacketBatch pure = new PacketBatch(2);
        pure.add(from(Fakes.BERT, "y", 5));
        pure.add(from(Fakes.BERT, "y", 6));

        environment.execute(() -> {
            line.context.passUp(mixed);
            line.context.passUp(pure);
            line.context.passUp(from(Fakes.BERT, "x", 7));
            line.context.passUp(from(Fakes.BERT, "z", 8));
        });
        onLine(() -> { });

        assertThat(numbers("x")).containsExactly(0, 2, 4, 7);
        assertThat(numbers("y")).containsExactly(1, 3, 5, 6);
        assertThat(tops.get("x").batches).containsExactly(3);
        assertThat(tops.get("y").batches).containsExactly(2, 2);
    }

    private List<Integer> numbers(String cluster) {
        return tops.get(cluster).packets.stream().map(packet -> packet.header(Number.class).value).toList();
    }

    @Test
    void whatGoesDownInOneTurnIsWrittenTogether() {
        Channel channel = join("x");
        join("y");
        record.clear();

        environment.execute(() -> tops.get("x").context.passDown(Packet.toGroup()));
        channel.sendAsync(dev.muster.api.Message.toAll(new byte[1]));
        environment.settle();

        assertThat(record).containsExactly("down x-member", "down x-member", "flush");
    }

    @Test
    void aLostConnectionIsToldToThoseWhoHaveThatMemberInTheirView() {
        join("x");
        join("y");
        onLine(() -> line.context.emitUp(new Event.ConnectionLost(Fakes.CARL)));
        onLine(() -> line.context.emitUp(new Event.ConnectionLost(Fakes.BERT)));
        onLine(() -> line.context.emitUp(new Event.Unreachable(PLACE)));

        for (String cluster : List.of("x", "y")) {
            assertThat(tops.get(cluster).events).contains(new Event.ConnectionLost(Fakes.BERT), new Event.Unreachable(PLACE))
                    .doesNotContain(new Event.ConnectionLost(Fakes.CARL));
        }
    }

    @Test
    void eachStackReadsAndWritesItsOwnHeaders() {
        join("x");
        join(channel("other", "LINE", 301, Map.of()), "y");
        WireWriter out = new WireWriter(100);

        for (String cluster : List.of("x", "y")) {
            out.clear();
            line.context.codec().encodeHead(from(Fakes.BERT, cluster, 5), out);
            byte[] bytes = out.toByteArray();
            assertThat(line.context.codec().decode(bytes, 0, bytes.length).header(Number.class)).isEqualTo(new Number(5));
            assertThat(bytes).containsSequence(0x01, cluster.equals("x") ? 0x2C : 0x2D);
        }
        byte[] bytes = out.toByteArray();
        // the same for a cluster that nobody here is in: not understood, but not malformed either
        bytes[4] ^= 1;
        Packet stranger = line.context.codec().decode(bytes, 0, bytes.length);
        assertThat(stranger.source()).isEqualTo(Fakes.BERT);
        assertThat(stranger.headerCount()).isZero();
    }

    @Test
    void theSameClusterTwiceIsRefusedAndTheFirstGoesOn() {
        Channel first = join("x");

        CompletableFuture<Void> second = channel("second", "LINE", 300, Map.of()).connectAsync("x", false);
        environment.settle();

        assertThatThrownBy(second::join).isInstanceOf(CompletionException.class)
                .hasMessageContainingAll("cluster 'x'", "x-member", "singleton_name=one", "choose another singleton_name");
        assertThat(first.state()).isEqualTo(ChannelState.CONNECTED);
        assertThat(record).doesNotContain("release x", "stop");
    }

    @Test
    void othersSettingsAreRefusedWithBothValuesAndWhereTheyStand() {
        join("x");

        assertThatThrownBy(() -> channel("second", "LINE", 300, Map.of("max_bundle_size", "30000", "thread_pool.max_threads", "3"))
                .connectAsync("y", false)).isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll("singleton_name=one", "max_bundle_size=30K (", "there max_bundle_size=64K (",
                        "thread_pool.max_threads=3", "there thread_pool.max_threads=8", "make them agree");
        assertThatThrownBy(() -> channel("third", "LONELY", 300, Map.of()).connectAsync("y", false))
                .isInstanceOf(ConfigurationException.class).hasMessageContainingAll("LONELY", "LINE");
    }

    @Test
    void aTransportThatServesOneClusterCanNotBeShared() {
        assertThatThrownBy(() -> channel("first", "LONELY", 300, Map.of()).connectAsync("x", false))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll("protocol LONELY", "one cluster only", "leave singleton_name=one out");
    }

    @Test
    void aTransportThatDoesNotStartFailsAndTheNextTriesAgain() {
        startFailure = new ConfigurationException("no port is free");
        CompletableFuture<Void> first = channel("first", "LINE", 300, Map.of()).connectAsync("x", false);
        environment.settle();
        assertThatThrownBy(first::join).hasMessageContaining("no port is free");

        startFailure = null;
        join("x");

        assertThat(record).containsExactly("start", "start", "serve x", "view x");
    }
}
