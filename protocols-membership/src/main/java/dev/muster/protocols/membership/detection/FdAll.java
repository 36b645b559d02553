package dev.muster.protocols.membership.detection;

import dev.muster.api.Address;
import dev.muster.api.ProtocolType;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.api.View;
import dev.muster.spi.Context;
import dev.muster.spi.Event;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import dev.muster.spi.Protocol;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Notices members of whom nothing is heard.
 *
 * <p>Every member tells the group that it lives, every {@code interval}, unless other packets to the group did so since the
 * last time. Any packet counts as life. A member that was itself stopped for a while (its timer comes much later than
 * asked) suspects nobody for that: it begins to observe anew.
 *
 * <p>A silence is noticed at the latest {@code timeout} + {@code interval} after the last sign of life.
 */
public final class FdAll implements Protocol {

    /** Name in stacks. */
    public static final ProtocolType TYPE = ProtocolType.of("FD_ALL");

    /** Longest silence. */
    public static final Setting<Duration> TIMEOUT = Setting.duration("timeout", Duration.ofMillis(2700)).positive()
            .says("a member of whom nothing was heard for longer than this is suspected")
            .insteadOf("40s", "a dead machine is to be noticed within 5 seconds, verification included");

    /** Time between heartbeats. */
    public static final Setting<Duration> INTERVAL = Setting.duration("interval", Duration.ofMillis(700)).positive()
            .says("time between two signs of life, and between two checks")
            .insteadOf("8s", "several signs of life have to fit into the shorter timeout");

    private static final int TICK = 0;

    private final long timeoutNanos;
    private final long intervalNanos;
    private final Map<Address, Observed> others = new LinkedHashMap<>();
    private Context context;
    private boolean spokeToGroup;
    private boolean ticking;
    private long dueNanos;
    private Address lastHeardFrom;
    private Observed lastHeard;

    /** What is known of one member. */
    private static final class Observed {
        private long heardNanos;
        private boolean suspected;
        private long suspectedNanos;
    }

    /** Publishes the protocol. */
    public static final class Provider extends DetectorProvider {

        /** For the service loader. */
        public Provider() {}

        @Override
        public ProtocolType type() {
            return TYPE;
        }

        @Override
        public List<String> aliases() {
            return List.of("FD_ALL2", "FD_ALL3");
        }

        @Override
        public String says() {
            return "notices members of whom nothing is heard, by heartbeats to the group";
        }

        @Override
        public List<String> promises() {
            return List.of(
                    "a member of whom nothing is heard for timeout is suspected within one interval more",
                    "whatever is heard of a member counts as life, not only heartbeats",
                    "a member that was itself stopped looks anew instead of suspecting everybody");
        }

        @Override
        public List<String> doesNotPromise() {
            return List.of(
                    "that a suspect is dead: it may be slow, or cut off");
        }

        @Override
        public List<Setting<?>> settings() {
            return List.of(TIMEOUT, INTERVAL);
        }

        @Override
        public List<HeaderCodec<?>> headers() {
            return List.of(new HeartbeatHeader.Codec());
        }

        @Override
        public void validate(Settings settings, Problems problems) {
            if (settings.get(TIMEOUT).compareTo(settings.get(INTERVAL)) <= 0) {
                problems.report("timeout=" + settings.text(TIMEOUT) + " must be longer than interval="
                        + settings.text(INTERVAL) + "; raise timeout to several intervals");
            }
        }

        @Override
        public Protocol create(Settings settings) {
            return new FdAll(settings);
        }
    }

    FdAll(Settings settings) {
        timeoutNanos = settings.get(TIMEOUT).toNanos();
        intervalNanos = settings.get(INTERVAL).toNanos();
    }

    @Override
    public void start(Context newContext) {
        context = newContext;
    }

    @Override
    public void up(Packet packet) {
        heard(packet.source());
        if (packet.header(HeartbeatHeader.class) == null) {
            context.passUp(packet);
        }
    }

    @Override
    public void up(PacketBatch batch) {
        boolean heartbeats = false;
        for (int i = 0; i < batch.size(); i++) {
            heard(batch.get(i).source());
            heartbeats |= batch.get(i).header(HeartbeatHeader.class) != null;
        }
        if (!heartbeats) {
            context.passUp(batch);
            return;
        }
        for (int i = 0; i < batch.size(); i++) {
            if (batch.get(i).header(HeartbeatHeader.class) == null) {
                context.passUp(batch.get(i));
            }
        }
    }

    private void heard(Address source) {
        if (source != lastHeardFrom) {
            lastHeardFrom = source;
            lastHeard = source == null ? null : others.get(source);
        }
        if (lastHeard != null) {
            lastHeard.heardNanos = context.nowNanos();
            if (lastHeard.suspected) {
                lastHeard.suspected = false;
                context.emitUp(new Event.Unsuspected(source));
            }
        }
    }

    @Override
    public boolean tellsWhatItKeeps() {
        return true;
    }

    @Override
    public void down(Packet packet) {
        spokeToGroup |= packet.isToGroup();
        context.passDown(packet);
    }

    @Override
    public void timer(int id) {
        long now = context.nowNanos();
        boolean wasStopped = now - dueNanos > intervalNanos;
        for (Map.Entry<Address, Observed> entry : others.entrySet()) {
            if (wasStopped) {
                entry.getValue().heardNanos = now;
            } else {
                check(entry.getKey(), entry.getValue(), now);
            }
        }
        if (!spokeToGroup) {
            context.passDown(Packet.toGroup().withFlags(Packet.UNRELIABLE).with(HeartbeatHeader.HERE));
        }
        spokeToGroup = false;
        tickAfter(intervalNanos);
    }

    /** A suspicion is told again as long as the silence lasts, in case nobody could act on it. */
    private void check(Address member, Observed observed, long now) {
        boolean silent = now - observed.heardNanos > timeoutNanos;
        if (silent && (!observed.suspected || now - observed.suspectedNanos > timeoutNanos)) {
            observed.suspected = true;
            observed.suspectedNanos = now;
            context.emitUp(new Event.Suspected(member, Event.Evidence.SILENCE));
        }
    }

    private void tickAfter(long delayNanos) {
        ticking = true;
        dueNanos = context.nowNanos() + delayNanos;
        context.setTimer(TICK, delayNanos);
    }

    @Override
    public Event event(Event event) {
        if (event instanceof Event.ViewInstalled installed) {
            observe(installed.view());
        }
        return event;
    }

    private void observe(View view) {
        others.keySet().removeIf(member -> !view.contains(member));
        for (Address member : view.members()) {
            if (!member.equals(context.self()) && !others.containsKey(member)) {
                Observed observed = new Observed();
                observed.heardNanos = context.nowNanos();
                others.put(member, observed);
            }
        }
        lastHeardFrom = null;
        lastHeard = null;
        if (others.isEmpty()) {
            context.cancelTimer(TICK);
            ticking = false;
        } else if (!ticking) {
            // all who got the view at the same moment would else always speak, and connect to one another, at the same moment
            tickAfter(1 + context.random().nextLong(intervalNanos));
        }
    }
}
