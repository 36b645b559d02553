package dev.muster.protocols.discovery;

import dev.muster.api.Address;
import dev.muster.api.ProtocolType;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.api.View;
import dev.muster.api.ViewId;
import dev.muster.spi.Capability;
import dev.muster.spi.Context;
import dev.muster.spi.Event;
import dev.muster.spi.MemberInfo;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Notices that there are other parts of the group. The coordinator looks for them, at a random time between {@code
 * min_interval} and {@code max_interval} after the last look, and reports every view other than its own; so parts that can
 * reach each other again are one within {@code max_interval} and two seconds, in which the search takes three quarters
 * of a second from the first answer on (with the usual {@code timeout} of discovery), the trial of the link up to one, and the
 * view the rest. The other members look as well, as many times more rarely as there are of them, so that together they ask as often as the coordinator: two
 * coordinators may each know nobody who knows the other, while a member does. Parts that are known to a single member only
 * are so found within {@code max_interval} times the number of members.
 *
 * <p>A member of our own view that names another one may just be a moment behind or ahead of us; it is reported only when
 * two looks in a row show the same.
 */
public final class Merge2 implements Protocol {

    /** Name in stacks. */
    public static final ProtocolType TYPE = ProtocolType.of("MERGE2");

    /** Shortest time between looks. */
    public static final Setting<Duration> MIN_INTERVAL = Setting.duration("min_interval", Duration.ofSeconds(2)).positive()
            .says("shortest time between two looks for other parts of the group");

    /** Longest time between looks. */
    public static final Setting<Duration> MAX_INTERVAL = Setting.duration("max_interval", Duration.ofSeconds(10)).positive()
            .says("longest time between two looks of the coordinator for other parts of the group; each other member "
                    + "looks as many times more rarely as there are of them");

    /** What discovery is asked with. */
    static final String PURPOSE = "merge";

    private static final int LOOK = 0;

    private final long minNanos;
    private final long maxNanos;
    private Context context;
    private View view;
    private boolean coordinates;
    private Map<Address, ViewId> inconsistent = new LinkedHashMap<>();

    /** Publishes the protocol. */
    public static final class Provider implements ProtocolProvider {

        /** For the service loader. */
        public Provider() {}

        @Override
        public ProtocolType type() {
            return TYPE;
        }

        @Override
        public List<String> aliases() {
            return List.of("MERGE3");
        }

        @Override
        public String says() {
            return "notices other parts of the group, so that they are merged";
        }

        @Override
        public List<String> promises() {
            return List.of(
                    "when a network has healed, parts that can reach one another are in one MergeView within max_interval "
                        + "and two seconds more");
        }

        @Override
        public List<String> doesNotPromise() {
            return List.of(
                    "that applications need not merge their state: the MergeView names who came along with whom");
        }

        @Override
        public List<Setting<?>> settings() {
            return List.of(MIN_INTERVAL, MAX_INTERVAL);
        }

        @Override
        public Set<Capability> provides() {
            return Set.of(Capability.MERGING);
        }

        @Override
        public Set<Capability> requiresBelow() {
            return Set.of(Capability.DISCOVERY);
        }

        @Override
        public void validate(Settings settings, Problems problems) {
            if (settings.get(MIN_INTERVAL).compareTo(settings.get(MAX_INTERVAL)) > 0) {
                problems.report("min_interval=" + settings.text(MIN_INTERVAL) + " must not be longer than max_interval="
                        + settings.text(MAX_INTERVAL) + "; lower min_interval");
            }
        }

        @Override
        public Protocol create(Settings settings) {
            return new Merge2(settings);
        }
    }

    Merge2(Settings settings) {
        minNanos = settings.get(MIN_INTERVAL).toNanos();
        maxNanos = settings.get(MAX_INTERVAL).toNanos();
    }

    @Override
    public void start(Context newContext) {
        context = newContext;
    }

    @Override
    public void up(Packet packet) {
        context.passUp(packet);
    }

    @Override
    public void up(PacketBatch batch) {
        context.passUp(batch);
    }

    @Override
    public boolean tellsWhatItKeeps() {
        return true;
    }

    @Override
    public void down(Packet packet) {
        context.passDown(packet);
    }

    @Override
    public void timer(int id) {
        context.emitDown(new Event.FindMembers(PURPOSE));
        lookLater();
    }

    private void lookLater() {
        long wait = context.random().nextLong(minNanos, maxNanos + 1);
        context.setTimer(LOOK, coordinates ? wait : wait * (view.size() - 1));
    }

    @Override
    public Event event(Event event) {
        if (event instanceof Event.ViewInstalled installed) {
            install(installed.view());
        } else if (event instanceof Event.MembersFound found && found.purpose().equals(PURPOSE)) {
            compare(found.found());
            return null;
        }
        return event;
    }

    /** Whoever waits for a look goes on waiting: a group whose views follow each other soon would never look else. */
    private void install(View next) {
        boolean first = view == null;
        boolean before = coordinates;
        view = next;
        coordinates = view.coordinator().equals(context.self());
        inconsistent.clear();
        if (first || before != coordinates) {
            lookLater();
        }
    }

    private void compare(List<MemberInfo> found) {
        if (view == null) {
            return;
        }
        Map<Address, ViewId> now = new LinkedHashMap<>();
        List<MemberInfo> others = new ArrayList<>();
        for (MemberInfo info : found) {
            if (info.view() == null || info.view().equals(view.id())) {
                continue;
            }
            if (view.contains(info.member()) && coordinates) {
                now.put(info.member(), info.view());
            }
            if (!view.contains(info.member()) || info.view().equals(inconsistent.get(info.member()))) {
                others.add(info);
            }
        }
        inconsistent = now;
        List<MemberInfo> oneEach = oneOfEachView(others);
        if (!oneEach.isEmpty()) {
            context.emitUp(new Event.MergeNeeded(oneEach));
        }
    }

    /** Coordinators, and others only where the coordinator of their view has not answered. */
    private static List<MemberInfo> oneOfEachView(List<MemberInfo> others) {
        Set<ViewId> seen = new LinkedHashSet<>();
        List<MemberInfo> chosen = new ArrayList<>();
        for (MemberInfo info : others) {
            if (info.isCoordinator() && seen.add(info.view())) {
                chosen.add(info);
            }
        }
        for (MemberInfo info : others) {
            if (!info.isCoordinator() && seen.add(info.view())) {
                chosen.add(info);
            }
        }
        return chosen;
    }
}
