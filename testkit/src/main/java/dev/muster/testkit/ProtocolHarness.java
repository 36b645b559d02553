package dev.muster.testkit;

import dev.muster.api.Address;
import dev.muster.api.Settings;
import dev.muster.api.View;
import dev.muster.api.ViewId;
import dev.muster.spi.Capability;
import dev.muster.spi.Event;
import dev.muster.spi.Header;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.Limits;
import dev.muster.spi.Network;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import dev.muster.spi.PacketCodec;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import dev.muster.spi.StackFingerprint;
import dev.muster.spi.WireWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Runs one protocol, or a few stacked, in a test: virtual time, seeded randomness, no network. What the test pushes in
 * is worked off before the call returns; what comes out at the top and the bottom is recorded.
 *
 * <pre>{@code
 * ProtocolHarness h = ProtocolHarness.of(new Nakack.Provider(), new Settings()).start();
 * h.event(ProtocolHarness.viewInstalled(1, h.self(), ProtocolHarness.member(2)));
 * h.down(Packet.toGroup());
 * assertThat(h.passedDown()).hasSize(1);
 * h.advance(Duration.ofMillis(50));
 * }</pre>
 *
 * <p>The queue of actions is that of a stack: what a layer asks for happens after its call has returned, in the order
 * asked. Headers of the harness's own layers are encoded and decoded whenever they leave at the bottom; a codec that
 * loses something fails the test. For one thread.
 */
public final class ProtocolHarness extends Recording {

    private final List<ProtocolProvider> providers = new ArrayList<>();
    private final List<Settings> settings = new ArrayList<>();
    private final HarnessTimers timers = new HarnessTimers();
    private final HarnessStack stack = new HarnessStack(this, timers);

    private Address self = member(1);
    private String cluster = "test";
    private long seed = 1;
    private Network network;
    private HarnessCodec codec;
    private Limits limits;

    private ProtocolHarness() {}

    /**
     * A harness for one protocol with its defaults.
     *
     * @param provider makes it
     * @return a harness, not started
     */
    public static ProtocolHarness of(ProtocolProvider provider) {
        return of(provider, new Settings());
    }

    /**
     * A harness for one protocol.
     *
     * @param provider makes it
     * @param settings its settings
     * @return a harness, not started
     */
    public static ProtocolHarness of(ProtocolProvider provider, Settings settings) {
        return new ProtocolHarness().above(provider, settings);
    }

    /**
     * Put another protocol on top; before the start.
     *
     * @param provider makes it
     * @param values its settings
     * @return this
     */
    public ProtocolHarness above(ProtocolProvider provider, Settings values) {
        providers.add(provider);
        settings.add(values);
        return this;
    }

    /**
     * The address of an imagined member; the harness's own is number 1 unless told otherwise.
     *
     * @param number positive; addresses are ordered as their numbers
     * @return always the same for the same number
     */
    public static Address member(int number) {
        return Address.of(0, number, "m" + number);
    }

    /**
     * A view.
     *
     * @param counter its counter
     * @param members the members, the creator first
     * @return the view
     */
    public static View view(long counter, Address... members) {
        return new View(new ViewId(counter, members[0]), List.of(members));
    }

    /**
     * The installation of a view, without transfers of state.
     *
     * @param counter its counter
     * @param members the members, the creator first
     * @return the event
     */
    public static Event.ViewInstalled viewInstalled(long counter, Address... members) {
        return new Event.ViewInstalled(view(counter, members), List.of());
    }

    /**
     * Choose this member's address; before the start.
     *
     * @param address the address
     * @return this
     */
    public ProtocolHarness self(Address address) {
        self = address;
        return this;
    }

    /**
     * Choose the cluster's name; before the start.
     *
     * @param name the name
     * @return this
     */
    public ProtocolHarness cluster(String name) {
        cluster = name;
        return this;
    }

    /**
     * Choose the seed of all randomness; before the start.
     *
     * @param value any number
     * @return this
     */
    public ProtocolHarness seed(long value) {
        seed = value;
        return this;
    }

    /**
     * Give the protocol a network; before the start. Its callbacks must run within {@link #call}.
     *
     * @param value such as a {@link ScriptedNetwork}
     * @return this
     */
    public ProtocolHarness network(Network value) {
        network = value;
        return this;
    }

    /**
     * Start all layers, bottom first, and let them settle.
     *
     * @return this
     */
    public ProtocolHarness start() {
        List<HeaderCodec<?>> codecs = new ArrayList<>();
        providers.forEach(provider -> codecs.addAll(provider.headers()));
        codec = new HarnessCodec(codecs);
        SplittableRandom random = new SplittableRandom(seed);
        for (int index = 0; index < providers.size(); index++) {
            Protocol protocol = providers.get(index).create(settings.get(index));
            stack.layers().add(new HarnessLayer(this, stack, index, protocol, random.split()));
        }
        call(() -> stack.layers().forEach(layer -> layer.protocol.start(layer)));
        boolean atBottom = providers.get(0).provides().contains(Capability.TRANSPORT);
        limits = atBottom ? Limits.NONE : Limits.NONE.atMost(64_000);
        stack.layers().forEach(layer -> limits = layer.protocol.limits(limits));
        return this;
    }

    /** Stop all layers, top first. */
    public void stop() {
        call(() -> {
            for (int index = stack.top(); index >= 0; index--) {
                stack.layers().get(index).protocol.stop();
            }
        });
    }

    /**
     * Let a packet come from below.
     *
     * @param packet with its source; {@link Packet#from}
     * @return this
     */
    public ProtocolHarness up(Packet packet) {
        return call(() -> stack.packetUp(0, packet));
    }

    /**
     * Let several packets come from below together.
     *
     * @param packets with their sources
     * @return this
     */
    public ProtocolHarness up(List<Packet> packets) {
        PacketBatch batch = new PacketBatch(packets.size());
        packets.forEach(batch::add);
        return call(() -> stack.batchUp(0, batch));
    }

    /**
     * Let a packet come from above.
     *
     * @param packet the packet
     * @return this
     */
    public ProtocolHarness down(Packet packet) {
        return call(() -> stack.packetDown(stack.top(), packet));
    }

    /**
     * Let an event come from where it usually comes from: what the events' documentation marks with ↑ from below, all
     * else from above. With one protocol it makes no difference to it.
     *
     * @param event the event
     * @return this
     */
    public ProtocolHarness event(Event event) {
        return comesFromBelow(event) ? eventFromBelow(event) : eventFromAbove(event);
    }

    /**
     * Let an event come from the layers below.
     *
     * @param event the event
     * @return this
     */
    public ProtocolHarness eventFromBelow(Event event) {
        return call(() -> stack.eventUp(0, event, true));
    }

    /**
     * Let an event come from the layers above.
     *
     * @param event the event
     * @return this
     */
    public ProtocolHarness eventFromAbove(Event event) {
        return call(() -> stack.eventDown(stack.top(), event, true));
    }

    /**
     * Let time pass; timers that run out fire in order, each at its own moment.
     *
     * @param time how much
     * @return this
     */
    public ProtocolHarness advance(Duration time) {
        long until = nowNanos() + time.toNanos();
        for (long next = timers.next(); next >= 0 && next <= until; next = timers.next()) {
            fireNext(next);
        }
        timers.moveTo(until);
        return this;
    }

    /**
     * Let time pass until the next timer has fired; does nothing if none is pending.
     *
     * @return this
     */
    public ProtocolHarness advanceToNextTimer() {
        return timers.next() < 0 ? this : advance(Duration.ofNanos(timers.next() - nowNanos()));
    }

    /**
     * Let the process sleep as a paused one does: time passes, and all timers that ran out in between fire late, in a
     * burst.
     *
     * @param time how long
     * @return this
     */
    public ProtocolHarness pause(Duration time) {
        timers.moveTo(nowNanos() + time.toNanos());
        return advance(Duration.ZERO);
    }

    /**
     * Do something as a call of the stack and let all that follows from it settle, timers of delay 0 included.
     *
     * @param work the work
     * @return this
     */
    public ProtocolHarness call(Runnable work) {
        stack.call(work);
        return this;
    }

    private void fireNext(long at) {
        timers.moveTo(Math.max(at, nowNanos()));
        call(() -> {});
    }

    /**
     * Bring everything that was passed down so far, and that concerns another harness, to its bottom, over the wire:
     * encoded and decoded. Packets to the group and to physical addresses count as being for it; those to third
     * members are left where they are.
     *
     * @param other the receiver, with equal layers
     * @return number of packets brought
     */
    public int transferTo(ProtocolHarness other) {
        List<Packet> taken = new ArrayList<>();
        for (Iterator<Packet> iterator = passedDown().iterator(); iterator.hasNext(); ) {
            Packet packet = iterator.next();
            if (packet.destination() == null || packet.destination().equals(other.self)) {
                taken.add(packet);
                iterator.remove();
            }
        }
        taken.forEach(packet -> other.up(overTheWire(packet)));
        return taken.size();
    }

    /**
     * What the receiver of a packet would see: encoded and decoded, stamped with this member as its source.
     *
     * @param packet a packet that was passed down
     * @return the packet as decoded
     */
    public Packet overTheWire(Packet packet) {
        WireWriter out = new WireWriter(256);
        codec.encodeHead(packet.source() == null ? stamped(packet) : packet, out);
        out.writeRaw(packet.buffer(), packet.offset(), packet.length());
        return codec.decode(out.toByteArray(), 0, out.length());
    }

    /**
     * Make a packet one of another version of the wire format, as a harness writes it.
     *
     * @param bytes hold the packet, from its head on
     * @param offset first byte of the packet
     */
    public static void makeOtherVersion(byte[] bytes, int offset) {
        HarnessCodec.makeOtherVersion(bytes, offset);
    }

    /**
     * Forget all records.
     *
     * @return this
     */
    public ProtocolHarness clear() {
        forget();
        return this;
    }

    /**
     * Timers of the lowest layer that are pending, in the order in which they run out.
     *
     * @return their ids
     */
    public List<Integer> pendingTimers() {
        return timers.idsOf(0);
    }

    /**
     * What has been counted so far, and gauges.
     *
     * @return names
     */
    public Set<String> figures() {
        Set<String> all = new TreeSet<>();
        stack.layers().forEach(layer -> all.addAll(layer.figures()));
        return all;
    }

    /**
     * A counter or a gauge.
     *
     * @param name its name
     * @return the sum over all layers, 0 if nobody counts it
     */
    public long counter(String name) {
        return stack.layers().stream().mapToLong(layer -> layer.read(name)).sum();
    }

    /**
     * A layer, for tests that look inside.
     *
     * @param <P> its type
     * @param type its type
     * @return the protocol
     */
    public <P extends Protocol> P layer(Class<P> type) {
        return stack.layers().stream().map(layer -> layer.protocol).filter(type::isInstance).map(type::cast).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no layer is a " + type.getName()));
    }

    /**
     * What may be passed down from above all layers.
     *
     * @return the limits as of the start; 64 000 bytes below the lowest layer unless that is a transport
     */
    public Limits limits() {
        return limits;
    }

    /**
     * This member.
     *
     * @return its address
     */
    public Address self() {
        return self;
    }

    /**
     * Name of the cluster.
     *
     * @return the name
     */
    public String cluster() {
        return cluster;
    }

    /**
     * The virtual time.
     *
     * @return nanoseconds since the harness was made
     */
    public long nowNanos() {
        return timers.now();
    }

    HarnessTimers timers() {
        return timers;
    }

    Network network() {
        if (network == null) {
            throw new IllegalStateException("the harness has no network; give it one with network(…) before start()");
        }
        return network;
    }

    PacketCodec codec() {
        return codec;
    }

    StackFingerprint fingerprint() {
        return new StackFingerprint(providers.stream()
                .map(provider -> provider.type() + ":" + provider.headers().stream().map(HeaderCodec::id).toList())
                .toList());
    }

    Packet stamped(Packet packet) {
        return packet.from(self, PacketCodec.clusterId(cluster));
    }

    /** Headers of the harness's own layers survive the wire. */
    void checkHeaders(Packet packet) {
        for (int index = 0; index < packet.headerCount(); index++) {
            Header header = packet.headerAt(index);
            if (codec.knows(header)) {
                codec.roundTrip(header);
            }
        }
    }

    private static boolean comesFromBelow(Event event) {
        return event instanceof Event.TransportReady || event instanceof Event.Unreachable
                || event instanceof Event.ConnectionLost || event instanceof Event.MembersFound
                || event instanceof Event.MergeNeeded || event instanceof Event.Suspected
                || event instanceof Event.Unsuspected || event instanceof Event.Flushed
                || event instanceof Event.Filled || event instanceof Event.SendingPaused
                || event instanceof Event.SendingResumed || event instanceof Event.DigestReported
                || event instanceof Event.ChunkReceived || event instanceof Event.ChunkRequested
                || event instanceof Event.StateFailed || event instanceof Event.Disconnected
                || event instanceof Event.ConnectFailed || event instanceof Event.Primary
                || event instanceof Event.VerificationReady || event instanceof Event.LinkTried;
    }
}
