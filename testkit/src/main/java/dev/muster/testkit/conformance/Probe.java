package dev.muster.testkit.conformance;

import dev.muster.api.Address;
import dev.muster.api.ProtocolType;
import dev.muster.api.Settings;
import dev.muster.spi.Context;
import dev.muster.spi.Event;
import dev.muster.spi.Packet;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** On top of the protocol under test: does what the test says and notes what comes up. */
final class Probe implements Protocol {

    /** How long an order may wait until it is carried out. */
    static final Duration PERIOD = Duration.ofMillis(5);

    private final List<Event> seen = new ArrayList<>();
    private final List<Packet> heard = new ArrayList<>();
    private final ArrayDeque<Runnable> orders = new ArrayDeque<>();
    private Context context;
    private InetSocketAddress local;

    @Override
    public void start(Context given) {
        context = given;
        context.setTimer(0, PERIOD.toNanos());
    }

    @Override
    public void timer(int id) {
        while (!orders.isEmpty()) {
            orders.poll().run();
        }
        context.setTimer(0, PERIOD.toNanos());
    }

    @Override
    public void up(Packet packet) {
        heard.add(packet);
    }

    @Override
    public void down(Packet packet) {
        context.passDown(packet);
    }

    @Override
    public Event event(Event event) {
        seen.add(event);
        if (event instanceof Event.TransportReady ready) {
            local = ready.local();
        }
        return null;
    }

    /** Tell the layers below, soon. */
    void tellBelow(Event event) {
        orders.add(() -> context.emitDown(event));
    }

    /** Send a packet, soon. */
    void send(Packet packet) {
        orders.add(() -> context.passDown(packet));
    }

    /** Let the channel leave, soon. */
    void leave() {
        orders.add(() -> context.emitUp(new Event.Disconnected(false, "the test says so")));
    }

    /** Packets that have come up. */
    List<Packet> heard() {
        return heard;
    }

    List<Event> seen() {
        return seen;
    }

    <E extends Event> List<E> seen(Class<E> type) {
        return seen.stream().filter(type::isInstance).map(type::cast).toList();
    }

    Address self() {
        return context.self();
    }

    InetSocketAddress local() {
        return local;
    }

    /** Publishes probes and keeps track of them. */
    static final class Provider implements ProtocolProvider {

        private final List<Probe> probes = new ArrayList<>();

        @Override
        public ProtocolType type() {
            return ProtocolType.of("testkit-probe");
        }

        @Override
        public String says() {
            return "Lets a test act as the upper half of a stack.";
        }

        @Override
        public Protocol create(Settings settings) {
            probes.add(new Probe());
            return probes.get(probes.size() - 1);
        }

        List<Probe> probes() {
            return probes;
        }
    }
}
