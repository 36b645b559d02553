package dev.muster.simulations;

import dev.muster.api.Address;
import dev.muster.api.Channel;
import dev.muster.api.Message;
import dev.muster.api.Receiver;
import dev.muster.api.View;
import dev.muster.api.ViewId;
import dev.muster.core.Assembler;
import dev.muster.testkit.simulation.MemberStack;
import dev.muster.testkit.simulation.SimulatedNode;
import dev.muster.testkit.simulation.Simulation;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Channels in a simulation that do nothing by themselves: a test lets them come and go, and sees every view they are told. */
final class Company {

    private static final String CLUSTER = "company";

    private final Simulation world;
    private final List<Guest> guests = new ArrayList<>();

    /** One of them. */
    final class Guest implements Receiver {
        private final Channel channel;
        private final Map<View, Duration> views = new LinkedHashMap<>();

        private Guest(Channel channel) {
            this.channel = channel.receiver(this);
        }

        @Override
        public void receive(Message message) {
            throw new AssertionError("nobody says anything here");
        }

        @Override
        public void viewAccepted(View view) {
            views.put(view, world.now());
        }

        CompletableFuture<Void> come() {
            return channel.connectAsync(CLUSTER, false);
        }

        CompletableFuture<Void> go() {
            return channel.disconnectAsync();
        }

        boolean isCalled(Address address) {
            return address.equals(channel.address());
        }

        /** The view it is in; null if in none. */
        View view() {
            return channel.view();
        }

        /** Views it was told from a moment on. */
        List<View> viewsSince(Duration moment) {
            return views.entrySet().stream().filter(told -> told.getValue().compareTo(moment) >= 0).map(Map.Entry::getKey)
                    .toList();
        }
    }

    Company(long seed, int size, MemberStack stack) {
        this(seed, size, Stacks.ASSEMBLER, stack);
    }

    Company(long seed, int size, Assembler assembler, MemberStack stack) {
        world = new Simulation(seed);
        List<SimulatedNode> nodes = Stream.generate(world::addNode).limit(size).toList();
        List<InetAddress> contacts = nodes.stream().limit(MemberStack.CONTACTS).map(SimulatedNode::address).toList();
        for (SimulatedNode node : nodes) {
            guests.add(new Guest(assembler.channel(stack.of(node.address(), contacts), "n" + node.index(), node::start)));
        }
    }

    Simulation world() {
        return world;
    }

    Guest guest(int index) {
        return guests.get(index);
    }

    List<Guest> guests() {
        return guests;
    }

    /** Let all of them come, one each 20 ms, and see them in one view. */
    void gather() {
        for (int index = 0; index < guests.size(); index++) {
            world.at(world.now().plusMillis(20L * index), guests.get(index)::come);
        }
        if (!world.runUntil(world.now().plusSeconds(10), this::isTogether)) {
            throw new AssertionError("not in one view after 10 s: " + guests.stream().map(Guest::view).toList());
        }
    }

    /** Tell whether all are in one view. */
    boolean isTogether() {
        View first = guests.get(0).view();
        return first != null && first.size() == guests.size()
                && guests.stream().allMatch(guest -> first.equals(guest.view()));
    }

    void pass(Duration time) {
        world.runUntil(world.now().plus(time));
    }

    /** The views in which guests are. */
    List<ViewId> present() {
        return guests.stream().map(Guest::view).map(View::id).distinct().toList();
    }

    /** All views that anybody was told from a moment on, each once. */
    List<View> viewsSince(Duration moment) {
        return guests.stream().flatMap(guest -> guest.viewsSince(moment).stream()).distinct().toList();
    }
}
