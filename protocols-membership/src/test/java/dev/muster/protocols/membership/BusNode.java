package dev.muster.protocols.membership;

import dev.muster.api.Address;
import dev.muster.api.Settings;
import dev.muster.api.View;
import dev.muster.api.Wait;
import dev.muster.api.ViewId;
import dev.muster.spi.Context;
import dev.muster.spi.Counter;
import dev.muster.spi.Event;
import dev.muster.spi.MemberInfo;
import dev.muster.spi.Network;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import dev.muster.spi.PacketCodec;
import dev.muster.spi.Protocol;
import dev.muster.spi.StackFingerprint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** One member in the {@link Bus}: membership on top of a make-believe stack. */
final class BusNode implements Context {

    final Bus bus;
    final int number;
    final BusMulticast multicast;
    final List<View> views = new ArrayList<>();
    final List<Event> toChannel = new ArrayList<>();
    final Map<String, Long> counters = new TreeMap<>();
    StackFingerprint fingerprint = new StackFingerprint(List.of("FAKE:1", "GMS:30"));
    boolean alive = true;
    boolean connected;
    boolean disconnected;
    int side;
    View view;

    /** What the layers below have been told of them. */
    final List<Event> toldOfSuspicions = new ArrayList<>();

    private final Address self;
    private final InetSocketAddress physical;
    private final Protocol protocol;
    private final ArrayDeque<Runnable> actions = new ArrayDeque<>();
    private final Map<Integer, Long> timers = new HashMap<>();
    private final Map<Address, Long> unreachableSince = new LinkedHashMap<>();
    private final Map<Address, Boolean> suspected = new LinkedHashMap<>();
    private final RandomGenerator random;
    private long timerSerial;
    private long pausedUntil;
    private boolean settling;

    BusNode(Bus bus, int number) {
        this(bus, number, new Settings());
    }

    BusNode(Bus bus, int number, Settings settings) {
        this.bus = bus;
        this.number = number;
        this.self = Address.of(0, number, "n" + number);
        this.random = bus.random.split();
        this.multicast = new BusMulticast(this);
        try {
            physical = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) number}), 7800);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
        protocol = new GroupMembership.Provider().create(settings);
        enter(() -> {
            protocol.start(this);
            event(new Event.VerificationReady());
            event(new Event.TransportReady(physical));
        });
        bus.at((long) (random.nextDouble() * 200 * Bus.MILLI), this::tick);
        bus.at((long) (random.nextDouble() * 2000 * Bus.MILLI), this::mergeTick);
    }

    void connect() {
        connected = true;
        enter(() -> event(new Event.Connect(false)));
    }

    void leave() {
        bus.tell(this + " wants to leave");
        enter(() -> event(new Event.Disconnect()));
    }

    void pause(long nanos) {
        bus.tell(this + " is paused");
        pausedUntil = Math.max(pausedUntil, bus.now() + nanos);
    }

    boolean isPaused() {
        return bus.now() < pausedUntil;
    }

    /** A call of the stack; a process that is paused gets to it later, in order. */
    void enter(Runnable work) {
        if (!alive) {
            return;
        }
        if (isPaused()) {
            bus.at(pausedUntil - bus.now(), () -> enter(work));
            return;
        }
        actions.add(work);
        if (!settling) {
            settling = true;
            while (!actions.isEmpty() && alive) {
                actions.poll().run();
            }
            actions.clear();
            settling = false;
        }
    }

    void event(Event event) {
        protocol.event(event);
    }

    List<Wait> waits() {
        return protocol.waits();
    }

    void receive(Packet packet, BusNode from) {
        if (!disconnected || packet.header(MembershipHeader.class) != null) {
            protocol.up(packet.from(from.self, 0));
        }
    }

    MemberInfo info() {
        BusNode coordinator = view == null ? null : bus.node(view.coordinator());
        return new MemberInfo(self, physical, view == null ? null : view.coordinator(),
                coordinator == null ? null : coordinator.physical, view == null ? null : view.id());
    }

    /** Failure detection: members out of reach for a while are suspected, and no longer when they are back. */
    private void tick() {
        if (!alive || disconnected) {
            return;
        }
        bus.at(100 * Bus.MILLI, this::tick);
        if (view == null || isPaused()) {
            return;
        }
        for (Address member : view.members()) {
            BusNode other = bus.node(member);
            if (other == this) {
                continue;
            }
            if (isHeard(member)) {
                unreachableSince.remove(member);
                if (suspected.remove(member) != null) {
                    enter(() -> event(new Event.Unsuspected(member)));
                }
            } else if (bus.now() - unreachableSince.computeIfAbsent(member, key -> bus.now())
                    > (other.alive ? 1500 : 50 + random.nextInt(200)) * Bus.MILLI && suspected.put(member, true) == null) {
                suspect(member);
            }
        }
    }

    void suspect(Address member) {
        suspect(member, Event.Evidence.SILENCE);
    }

    void suspect(Address member, Event.Evidence evidence) {
        suspected.put(member, true);
        enter(() -> event(new Event.Suspected(member, evidence)));
    }

    private void mergeTick() {
        if (alive && !disconnected) {
            bus.lookForOtherGroups(this);
            bus.at((1000 + random.nextInt(2000)) * Bus.MILLI, this::mergeTick);
        }
    }

    private void installed(View next) {
        if (view != null) {
            unreachableSince.keySet().removeIf(member -> !next.contains(member));
            suspected.keySet().removeIf(member -> !next.contains(member));
        }
        view = next;
        views.add(next);
        bus.tell(this + " installs " + next);
        multicast.begin(next);
    }

    @Override
    public void emitDown(Event event) {
        actions.add(() -> {
            if (event instanceof Event.ViewInstalled installed) {
                installed(installed.view());
            } else if (event instanceof Event.FindMembers find) {
                bus.at((2 + random.nextInt(20)) * Bus.MILLI,
                        () -> enter(() -> event(new Event.MembersFound(find.purpose(), bus.visibleTo(this)))));
            } else if (event instanceof Event.SuspicionReported reported) {
                bus.at(100 * Bus.MILLI, () -> enter(() -> verified(reported.member())));
            } else if (event instanceof Event.SuspicionBegan || event instanceof Event.SuspicionEnded) {
                toldOfSuspicions.add(event);
            } else if (event instanceof Event.LinkAsked asked) {
                bus.at(100 * Bus.MILLI, () -> enter(() -> event(new Event.LinkTried(asked.peer(),
                        isHeard(asked.peer()) && bus.linksAreGood))));
            } else {
                multicast.take(event);
            }
        });
    }

    private void verified(Address member) {
        event(isHeard(member) ? new Event.Unsuspected(member) : new Event.Suspected(member, Event.Evidence.SILENCE));
    }

    private boolean isHeard(Address member) {
        BusNode other = bus.node(member);
        return bus.connected(this, other) && !other.isPaused() && !other.disconnected;
    }

    @Override
    public void emitUp(Event event) {
        actions.add(() -> {
            toChannel.add(event);
            if (event instanceof Event.Disconnected) {
                disconnected = true;
                bus.tell(this + " has left");
            }
        });
    }

    @Override
    public void passDown(Packet packet) {
        actions.add(() -> bus.unicast(this, packet));
    }

    @Override
    public void setTimer(int id, long delayNanos) {
        long serial = ++timerSerial;
        timers.put(id, serial);
        bus.at(delayNanos, () -> enter(() -> {
            if (timers.remove(id, serial)) {
                protocol.timer(id);
            }
        }));
    }

    @Override
    public void cancelTimer(int id) {
        timers.remove(id);
    }

    @Override
    public Counter counter(String name) {
        return new Counter() {
            @Override
            public void add(long amount) {
                counters.merge(name, amount, Long::sum);
            }

            @Override
            public void set(long value) {
                counters.put(name, value);
            }

            @Override
            public long get() {
                return counters.getOrDefault(name, 0L);
            }
        };
    }

    @Override
    public Address self() {
        return self;
    }

    @Override
    public String cluster() {
        return "bus";
    }

    @Override
    public long nowNanos() {
        return bus.now();
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public void passUp(Packet packet) {
        throw new AssertionError("nothing but words of membership travels here");
    }

    @Override
    public void passUp(PacketBatch batch) {
        throw new AssertionError("nothing but words of membership travels here");
    }

    @Override
    public Network network() {
        throw new AssertionError("membership needs no network");
    }

    @Override
    public PacketCodec codec() {
        throw new AssertionError("membership needs no packet codec");
    }

    @Override
    public StackFingerprint fingerprint() {
        return fingerprint;
    }

    /** Ids of all views, for stories. */
    List<ViewId> viewIds() {
        return views.stream().map(View::id).toList();
    }

    @Override
    public String toString() {
        return "n" + number;
    }
}
