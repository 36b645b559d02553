package dev.muster.protocols.reliability;

import dev.muster.api.Address;
import dev.muster.api.MergeView;
import dev.muster.api.Settings;
import dev.muster.api.View;
import dev.muster.api.ViewId;
import dev.muster.spi.Digest;
import dev.muster.spi.Event;
import dev.muster.spi.FlushTarget;
import dev.muster.spi.Packet;
import dev.muster.testkit.ProtocolHarness;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.Consumer;

/**
 * Some members with the same layers on a bad network, and a conductor in the place of membership: flush, fill, install.
 * Time goes in steps of a millisecond; everything follows from the seed.
 */
final class TestCluster {

    /** Something a member handed up: a packet, or the start of a view. */
    record Delivery(View view, Packet packet) {}

    private record Flight(long arrival, long order, ProtocolHarness to, Packet packet) {}

    static final class Member {
        final ProtocolHarness harness;
        final List<Delivery> deliveries = new ArrayList<>();
        boolean crashed;
        View view;
        int eventsSeen;
        final Map<Object, Integer> pauses = new LinkedHashMap<>();

        Member(ProtocolHarness harness) {
            this.harness = harness;
        }

        Address address() {
            return harness.self();
        }

        boolean isPaused(Address destination) {
            return pauses.getOrDefault(destination == null ? "group" : destination, 0) > 0;
        }

        TestMembership membership() {
            return harness.layer(TestMembership.class);
        }
    }

    final List<Member> members = new ArrayList<>();
    final SplittableRandom random;
    double loss = 0.1;
    double duplicates = 0.05;
    int mostDelay = 8;
    Consumer<Member> eachStep = member -> {};
    /** Whether the network carries anything between two members. */
    BiPredicate<Member, Member> connected = (one, other) -> true;
    private final PriorityQueue<Flight> flights = new PriorityQueue<>((one, other) ->
            one.arrival != other.arrival ? Long.compare(one.arrival, other.arrival) : Long.compare(one.order, other.order));
    private long now;
    private long order;
    private long viewCounter;

    TestCluster(long seed, int size, Consumer<ProtocolHarness> above, Settings nakack) {
        random = new SplittableRandom(seed);
        for (int number = 1; number <= size; number++) {
            ProtocolHarness harness = ProtocolHarness.of(new Nakack.Provider(), nakack)
                    .self(ProtocolHarness.member(number)).seed(seed * 31 + number);
            above.accept(harness);
            members.add(new Member(harness.start()));
        }
    }

    static Packet numbered(Packet packet, long number, int length) {
        byte[] bytes = new byte[Math.max(8, length)];
        ByteBuffer.wrap(bytes).putLong(number);
        for (int i = 8; i < bytes.length; i++) {
            bytes[i] = (byte) (number + i);
        }
        return packet.withPayload(bytes, 0, bytes.length);
    }

    static long number(Packet packet) {
        for (int i = 8; i < packet.length(); i++) {
            if (packet.buffer()[packet.offset() + i] != (byte) (ByteBuffer.wrap(packet.buffer(), packet.offset(), 8).getLong() + i)) {
                throw new AssertionError("payload damaged at " + i);
            }
        }
        return ByteBuffer.wrap(packet.buffer(), packet.offset(), 8).getLong();
    }

    void step() {
        now++;
        while (!flights.isEmpty() && flights.peek().arrival <= now) {
            Flight flight = flights.poll();
            Member to = of(flight.to);
            if (!to.crashed) {
                flight.to.up(flight.packet);
                collect(to);
            }
        }
        for (Member member : members) {
            if (!member.crashed) {
                member.harness.advance(Duration.ofMillis(1));
                collect(member);
                eachStep.accept(member);
                collect(member);
            }
        }
    }

    void steps(int count) {
        for (int i = 0; i < count; i++) {
            step();
        }
    }

    private Member of(ProtocolHarness harness) {
        return members.stream().filter(member -> member.harness == harness).findFirst().orElseThrow();
    }

    /** Put onto the network what a member sent, and keep what it handed up. */
    void collect(Member member) {
        List<Packet> sent = new ArrayList<>(member.harness.passedDown());
        member.harness.passedDown().clear();
        for (Packet packet : sent) {
            for (Member other : members) {
                boolean meant = packet.destination() == null
                        ? other != member && member.view != null && member.view.contains(other.address())
                        : packet.destination().equals(other.address());
                if (meant && !other.crashed && connected.test(member, other)) {
                    put(member, other, packet);
                }
            }
        }
        for (Packet packet : member.harness.passedUp()) {
            member.deliveries.add(new Delivery(member.view, packet));
        }
        member.harness.passedUp().clear();
        List<Event> events = member.harness.emittedUp();
        for (Event event : events) {
            if (event instanceof Event.SendingPaused pause) {
                member.pauses.merge(key(pause.destination()), 1, Integer::sum);
            } else if (event instanceof Event.SendingResumed resume) {
                member.pauses.merge(key(resume.destination()), -1, Integer::sum);
            }
        }
        events.clear();
    }

    private static Object key(Address destination) {
        return destination == null ? "group" : destination;
    }

    private void put(Member from, Member to, Packet packet) {
        int copies = random.nextDouble() < loss ? 0 : random.nextDouble() < duplicates ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            Packet decoded = from.harness.overTheWire(packet);
            flights.add(new Flight(now + 1 + random.nextInt(mostDelay), order++, to.harness, decoded));
        }
    }

    /** A member stops; what it has on the way to each other still arrives in part. */
    void crash(Member member) {
        member.crashed = true;
    }

    void say(Member member, Event event) {
        member.harness.eventFromAbove(new TestMembership.Say(event));
        collect(member);
    }

    void install(List<Member> next) {
        viewCounter++;
        View view = ProtocolHarness.view(viewCounter, next.stream().map(Member::address).toArray(Address[]::new));
        for (Member member : next) {
            collect(member);
            member.view = view;
            say(member, new Event.ViewInstalled(view, List.of()));
        }
    }

    /** The whole change of a view, as membership does it; members of next that have no view yet just come. */
    void change(List<Member> next) {
        flushAndFill(next.stream().filter(member -> member.view != null).toList());
        viewCounter++;
        installSlowly(ProtocolHarness.view(viewCounter, addresses(next)), next);
    }

    /** Parts of the group become one again. */
    void merge(List<List<Member>> parts) {
        List<Member> all = new ArrayList<>();
        List<MergeView.Subgroup> subgroups = new ArrayList<>();
        for (List<Member> part : parts) {
            flushAndFill(part);
            all.addAll(part);
            subgroups.add(new MergeView.Subgroup(part.get(0).view.id(), List.of(addresses(part))));
        }
        viewCounter++;
        ViewId id = new ViewId(viewCounter, all.get(0).address());
        installSlowly(new MergeView(id, List.of(addresses(all)), subgroups), all);
    }

    private static Address[] addresses(List<Member> some) {
        return some.stream().map(Member::address).toArray(Address[]::new);
    }

    private void installSlowly(View view, List<Member> next) {
        for (Member member : next) {
            collect(member);
            member.view = view;
            say(member, new Event.ViewInstalled(view, List.of()));
            steps(random.nextInt(20));
        }
    }

    private void flushAndFill(List<Member> stayers) {
        for (Member member : stayers) {
            member.membership().flushed = null;
            say(member, new Event.Flush());
            steps(random.nextInt(5));
        }
        Map<Member, Integer> frozen = new LinkedHashMap<>();
        stayers.forEach(member -> frozen.put(member, groupDeliveries(member)));
        steps(random.nextInt(60));
        for (Member member : stayers) {
            if (groupDeliveries(member) != frozen.get(member)) {
                throw new AssertionError(member.address() + " delivered beyond its digest");
            }
        }
        FlushTarget target = target(stayers);
        for (Member member : stayers) {
            member.membership().filled = false;
            say(member, new Event.Fill(target));
            steps(random.nextInt(5));
        }
        for (int i = 0; i < 20_000 && !stayers.stream().allMatch(member -> member.membership().filled); i++) {
            step();
        }
        for (Member member : stayers) {
            if (!member.membership().filled) {
                throw new AssertionError(member.address() + " could not fill up to " + target);
            }
        }
    }

    private static int groupDeliveries(Member member) {
        return (int) member.deliveries.stream().filter(delivery -> delivery.packet().isToGroup()).count();
    }

    private FlushTarget target(List<Member> stayers) {
        List<FlushTarget.Entry> entries = new ArrayList<>();
        Map<Address, Member> holders = new LinkedHashMap<>();
        Map<Address, SortedSet<Long>> beyond = new LinkedHashMap<>();
        for (Member member : stayers) {
            Digest digest = member.membership().flushed.digest();
            digest.delivered().forEach((sender, upTo) -> holders.merge(sender, member, (one, other) ->
                    one.membership().flushed.digest().of(sender) >= upTo ? one : other));
            digest.beyond().forEach((sender, ahead) -> {
                beyond.computeIfAbsent(sender, any -> new TreeSet<>()).addAll(ahead);
                holders.putIfAbsent(sender, member);
            });
        }
        holders.forEach((sender, holder) -> {
            long upTo = holder.membership().flushed.digest().of(sender);
            SortedSet<Long> ahead = new TreeSet<>(beyond.getOrDefault(sender, new TreeSet<>()).tailSet(upTo + 1));
            entries.add(new FlushTarget.Entry(sender, upTo, ahead, holder.address()));
        });
        return new FlushTarget(entries);
    }

    /** Numbers of the group packets of one sender that a member delivered, in order, in one view or in all. */
    static List<Long> numbers(Member member, Address sender, View view) {
        return member.deliveries.stream()
                .filter(delivery -> delivery.packet().isToGroup() && delivery.packet().source().equals(sender))
                .filter(delivery -> view == null || view.equals(delivery.view()))
                .map(delivery -> number(delivery.packet())).toList();
    }

    static Set<String> inView(Member member, View view) {
        Set<String> all = new HashSet<>();
        for (Delivery delivery : member.deliveries) {
            if (view.equals(delivery.view()) && delivery.packet().isToGroup()
                    && !all.add(delivery.packet().source().id() + ":" + number(delivery.packet()))) {
                throw new AssertionError("twice: " + delivery);
            }
        }
        return all;
    }
}
