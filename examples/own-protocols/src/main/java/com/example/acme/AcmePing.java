package com.example.acme;

import dev.muster.api.Address;
import dev.muster.api.ProtocolType;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.api.View;
import dev.muster.spi.Capability;
import dev.muster.spi.Context;
import dev.muster.spi.Event;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.Packet;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Notices members that fall silent: everybody pings the right neighbour in the view, and the ones beyond it for as long as
 * the nearer ones are suspected. So a group of n costs n pings per {@code interval}, however large it is.
 *
 * <p>A dead neighbour is suspected {@code interval} · ({@code tries} + 1) after its last sign of life at the latest. A
 * member that was itself stopped counts nothing of what it missed meanwhile.
 */
public final class AcmePing implements Protocol {

    /** Name in stacks. */
    public static final ProtocolType TYPE = ProtocolType.of("acme-ping");

    /** Time between pings. */
    public static final Setting<Duration> INTERVAL = Setting.duration("interval", Duration.ofMillis(300)).positive()
            .says("time between two pings");

    /** Pings in vain. */
    public static final Setting<Integer> TRIES = Setting.integer("tries", 5).atLeast(2)
            .says("number of pings in a row without any sign of life after which a member is suspected");

    private static final int TICK = 0;

    private final long intervalNanos;
    private final int tries;
    /** Whom we watch, and how many pings in a row were in vain. */
    private final Map<Address, Integer> watched = new LinkedHashMap<>();
    private final Set<Address> suspected = new LinkedHashSet<>();
    private Context context;
    private View view;
    private long dueNanos;

    /** Publishes the protocol. */
    public static final class Provider implements ProtocolProvider {

        /** For the service loader. */
        public Provider() {}

        @Override
        public ProtocolType type() {
            return TYPE;
        }

        @Override
        public String says() {
            return "notices members that fall silent by pinging the right neighbour";
        }

        @Override
        public List<Setting<?>> settings() {
            return List.of(INTERVAL, TRIES);
        }

        @Override
        public Set<Capability> provides() {
            return Set.of(Capability.FAILURE_DETECTION);
        }

        @Override
        public Set<Capability> requiresBelow() {
            return Set.of(Capability.TRANSPORT);
        }

        @Override
        public List<HeaderCodec<?>> headers() {
            return List.of(PingHeader.CODEC);
        }

        @Override
        public Protocol create(Settings settings) {
            return new AcmePing(settings);
        }
    }

    AcmePing(Settings settings) {
        intervalNanos = settings.get(INTERVAL).toNanos();
        tries = settings.get(TRIES);
    }

    @Override
    public void start(Context newContext) {
        context = newContext;
    }

    @Override
    public void down(Packet packet) {
        context.passDown(packet);
    }

    @Override
    public void up(Packet packet) {
        heard(packet.source());
        PingHeader header = packet.header(PingHeader.class);
        if (header == null) {
            context.passUp(packet);
        } else if (!header.isAnswer()) {
            send(packet.source(), new PingHeader(true));
        }
    }

    /** Whatever comes from a member is a sign of life. */
    private void heard(Address member) {
        watched.replace(member, 0);
        if (suspected.remove(member)) {
            context.emitUp(new Event.Unsuspected(member));
        }
    }

    private void send(Address member, PingHeader header) {
        context.passDown(Packet.to(member).withFlags(Packet.UNRELIABLE).with(header));
    }

    @Override
    public Event event(Event event) {
        if (event instanceof Event.ViewInstalled installed) {
            view = installed.view();
            suspected.removeIf(member -> !view.contains(member));
            round();
        }
        return event;
    }

    @Override
    public void timer(int id) {
        boolean wasStopped = context.nowNanos() - dueNanos > intervalNanos;
        for (Map.Entry<Address, Integer> entry : watched.entrySet()) {
            entry.setValue(wasStopped ? 0 : entry.getValue() + 1);
            if (entry.getValue() >= tries) {
                // told again each time, in case nobody could act on it
                entry.setValue(0);
                suspected.add(entry.getKey());
                context.emitUp(new Event.Suspected(entry.getKey(), Event.Evidence.SILENCE));
            }
        }
        round();
    }

    private void round() {
        watchTheRightOnes();
        watched.keySet().forEach(member -> send(member, new PingHeader(false)));
        dueNanos = context.nowNanos() + intervalNanos;
        if (watched.isEmpty()) {
            context.cancelTimer(TICK);
        } else {
            context.setTimer(TICK, intervalNanos);
        }
    }

    /** The right neighbour, and further ones as long as the nearer are suspected. */
    private void watchTheRightOnes() {
        Set<Address> right = new LinkedHashSet<>();
        int rank = view.rankOf(context.self());
        for (int step = 1; step < view.size(); step++) {
            Address member = view.members().get((rank + step) % view.size());
            right.add(member);
            if (!suspected.contains(member)) {
                break;
            }
        }
        watched.keySet().retainAll(right);
        right.forEach(member -> watched.putIfAbsent(member, 0));
    }
}
