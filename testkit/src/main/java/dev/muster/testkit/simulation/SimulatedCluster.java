package dev.muster.testkit.simulation;

import dev.muster.api.Channel;
import dev.muster.api.ChannelState;
import dev.muster.api.MergeView;
import dev.muster.api.View;
import dev.muster.core.Assembler;
import dev.muster.testkit.history.History;
import dev.muster.testkit.history.LifeHistory;
import dev.muster.testkit.history.Promise;
import dev.muster.testkit.history.Promises;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A cluster of unmodified channels in a simulation: joins, works, suffers, heals, and is judged.
 *
 * <pre>{@code
 * new SimulatedCluster(SimulatedCluster.assembler(), stack, 10, 4711)
 *         .workload(Workload.LIGHT)
 *         .faults(FaultSchedule.draw(4711, 10, ofSeconds(10), ofSeconds(35), mix))
 *         .run();
 * }</pre>
 *
 * <p>Phases: members join, one after the other; faults happen as scheduled until the last of them; then a time to
 * stabilise, in which work goes on but for its last part; then every promise is checked. For one thread.
 */
public final class SimulatedCluster {

    static final String CLUSTER = "simulated";

    private static final Duration LEAVING = Duration.ofSeconds(6);
    /** The longest that leaving may take, by the channel's own limits. */
    private static final Duration LEFT_AFTER = Duration.ofSeconds(16);
    private static final Duration REJOIN_AFTER = Duration.ofMillis(500);
    private static final int SOCKETS_PER_MEMBER = 6;
    private static final int QUEUED_PACKETS = 10_000;

    private final Assembler assembler;
    private final MemberStack stack;
    private final int size;
    private final long seed;
    private final Simulation simulation;
    private final History history;
    private final List<InetAddress> contacts = new ArrayList<>();
    private final SimulatedMember[] members;
    private final List<Throwable> failures = new ArrayList<>();
    private final List<SimulatedEnvironment> intruders = new ArrayList<>();
    private final List<SimulatedMember> everybody = new ArrayList<>();
    private final long[] situations = new long[Situation.values().length];
    private final SimulatedNode grave;
    private final FaultSchedule.Hosts[] hosts;
    private final Striker striker;
    private Workload workload = Workload.LIGHT;
    private FaultSchedule schedule = FaultSchedule.NONE;
    private ClusterObserver observer;
    private boolean inOneViewAtTheEnd;
    private Duration joining = Duration.ofSeconds(5);
    private Duration length = Duration.ofSeconds(60);
    private Duration quiet = Duration.ofSeconds(5);
    private List<Promise> furtherPromises = List.of();
    private long refusals;
    private long failedJoins;
    private long removals;

    /**
     * Everything on the module path or class path, and {@link DatagramTransport}, which no application finds by itself.
     *
     * @return an assembler for stacks of a simulation
     */
    public static Assembler assembler() {
        return Assembler.installed().with(new DatagramTransport.Provider());
    }

    /**
     * Prepare a cluster.
     *
     * @param assembler builds the channels
     * @param stack their stacks
     * @param size number of members
     * @param seed decides everything
     */
    public SimulatedCluster(Assembler assembler, MemberStack stack, int size, long seed) {
        this.assembler = assembler;
        this.stack = stack;
        this.size = size;
        this.seed = seed;
        this.simulation = new Simulation(seed);
        simulation.crashes(this::noteDeaths);
        this.history = new History("seed " + seed + " with " + size + " members");
        this.members = new SimulatedMember[size];
        for (int index = 0; index < size; index++) {
            InetAddress address = simulation.addNode().address();
            if (index < MemberStack.CONTACTS) {
                contacts.add(address);
            }
        }
        this.grave = simulation.addNode();
        simulation.topology.dark(size, true);
        this.hosts = new FaultSchedule.Hosts[size];
        this.striker = new Striker(this, size);
    }

    /**
     * Choose what the applications do.
     *
     * @param value the workload
     * @return this
     */
    public SimulatedCluster workload(Workload value) {
        workload = value;
        return this;
    }

    /**
     * Choose what goes wrong.
     *
     * @param value the schedule
     * @return this
     */
    public SimulatedCluster faults(FaultSchedule value) {
        schedule = value;
        return this;
    }

    /**
     * Check more than what every stack promises, such as an order that one of its protocols adds.
     *
     * @param promises all of them
     * @return this
     */
    public SimulatedCluster promising(Promise... promises) {
        furtherPromises = List.of(promises);
        return this;
    }

    /**
     * Choose who is told what happens.
     *
     * @param value told of lives, views, faults, removals and states
     * @return this
     */
    public SimulatedCluster observer(ClusterObserver value) {
        observer = value;
        return this;
    }

    /**
     * Choose the times.
     *
     * @param joins within which members begin to join, evenly spread
     * @param whole length of the run
     * @param silence at its end, in which nothing is sent any more
     * @return this
     */
    public SimulatedCluster times(Duration joins, Duration whole, Duration silence) {
        joining = joins;
        length = whole;
        quiet = silence;
        return this;
    }

    /**
     * Run all phases and check every promise.
     *
     * @return this
     * @throws dev.muster.testkit.history.PromiseBroken if one was not kept
     */
    public SimulatedCluster run() {
        history.watchEverything();
        simulate();
        check();
        inOneViewAtTheEnd = isInOneView();
        stop();
        check();
        return this;
    }

    /**
     * Run all phases without checking anything.
     *
     * @return this
     */
    public SimulatedCluster simulate() {
        for (int index = 0; index < size; index++) {
            int node = index;
            simulation.at(joining.multipliedBy(index).dividedBy(size), () -> begin(node));
        }
        for (FaultSchedule.Fault fault : schedule.faults()) {
            simulation.at(fault.at(), () -> strike(fault));
        }
        boolean stopped = simulation.runUntil(length, () -> history.broken() != null);
        noteSituations();
        if (!stopped) {
            lookForExcesses();
            history.settled(quietFrom());
        }
        return this;
    }

    /**
     * Check every promise on what has happened.
     *
     * @throws dev.muster.testkit.history.PromiseBroken if one was not kept
     */
    public void check() {
        try {
            failures.forEach(failure -> {
                throw new AssertionError("a callback failed: " + failure, failure);
            });
            if (history.broken() != null) {
                throw history.broken();
            }
            Promises.check(history);
            furtherPromises.forEach(promise -> Promises.check(promise, history));
        } catch (AssertionError e) {
            e.addSuppressed(new Circumstances(describe()));
            throw e;
        }
    }

    /** Tells under which circumstances a promise was broken. */
    private static final class Circumstances extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private Circumstances(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * Callbacks that failed; there should be none.
     *
     * @return what they threw
     */
    public List<Throwable> failures() {
        return List.copyOf(failures);
    }

    /** Tell the observer what has happened to a member. */
    void tell(String who, Supplier<String> what) {
        if (observer != null) {
            observer.happened(simulation.now(), who, what.get());
        }
    }

    private String describe() {
        return "seen at " + simulation.now() + ", seed " + seed + ", " + size + " members, " + workload + ", " + refusals + " refused sends, "
                + failedJoins + " failed joins, " + removals + " removals, trace " + simulation.hash()
                + ", schedule:" + schedule;
    }

    private void begin(int index) {
        SimulatedNode node = simulation.node(index);
        if (node.process() != null) {
            return;
        }
        SimulatedEnvironment process = node.start();
        String name = "n" + index + (process.life() == 0 ? "" : "." + process.life());
        LifeHistory life = history.begin(name);
        Channel channel = assembler.channel(stack.of(node.address(), hostsFor(node)), name, () -> process);
        tell(name, () -> process.life() == 0 ? "starts" : "starts as a new life on the same address");
        members[index] = new SimulatedMember(this, process, life, channel);
        everybody.add(members[index]);
        members[index].begin();
    }

    private void strike(FaultSchedule.Fault fault) {
        tell(ClusterObserver.NETWORK, () -> "fault: " + fault.toString().replaceFirst("at=[^,\\]]*(, )?", ""));
        striker.strike(fault);
        noteDeaths();
    }

    /** From when on nothing goes wrong any more. */
    Duration healedFrom() {
        List<FaultSchedule.Fault> faults = schedule.faults();
        return faults.isEmpty() ? Duration.ZERO : faults.get(faults.size() - 1).at();
    }

    /** What lives that begin on a node from now on are told of where others may be. */
    void hosts(int node, FaultSchedule.Hosts value) {
        if (value != FaultSchedule.Hosts.TRUE && node >= MemberStack.CONTACTS) {
            throw new IllegalArgumentException("node " + node + " would find nobody and be found by nobody: only the first "
                    + MemberStack.CONTACTS + " nodes are known to others; give " + value + " hosts to one of them");
        }
        hosts[node] = value;
    }

    private List<InetAddress> hostsFor(SimulatedNode node) {
        if (hosts[node.index()] == FaultSchedule.Hosts.EMPTY) {
            simulation.occurred(Occurrence.EMPTY_DISCOVERY);
            return List.of(node.address());
        }
        if (hosts[node.index()] == FaultSchedule.Hosts.STALE) {
            simulation.occurred(Occurrence.STALE_DISCOVERY);
            return List.of(grave.address());
        }
        return contacts;
    }

    /** A member of another cluster begins where nobody lives. */
    void intrude(int index, Duration length) {
        noteDeaths();
        SimulatedNode node = simulation.node(index);
        if (node.process() != null) {
            return;
        }
        simulation.occurred(Occurrence.ANOTHER_PROCESS);
        SimulatedEnvironment process = node.start();
        Channel channel = assembler.channel(stack.of(node.address(), contacts), "x" + index, () -> process);
        channel.connectAsync("another", false);
        intruders.add(process);
        simulation.at(simulation.now().plus(length), process::close);
    }

    void restart(int node) {
        noteDeaths();
        SimulatedEnvironment running = simulation.node(node).process();
        if (running != null && intruders.contains(running)) {
            running.close();
        }
        begin(node);
    }

    /** Deaths in the middle of sends come at no moment that is known beforehand. */
    private void noteDeaths() {
        for (SimulatedMember member : members) {
            if (member != null && !member.process().isAlive()) {
                if (member.history().isRunning() && member.isInOwnRound()) {
                    met(Situation.COORDINATOR_DIED_IN_ROUND);
                }
                member.ended("crashed");
            }
        }
    }

    void joinFailed(SimulatedMember member, Throwable failure) {
        failedJoins++;
        again(member, "could not join: " + failure.getMessage());
    }

    void removed(SimulatedMember member, ChannelState state) {
        removals++;
        again(member, state == ChannelState.NO_VIEW ? "removed by others" : "left");
    }

    /** What an application does that was thrown out: it comes back as a new life. */
    private void again(SimulatedMember member, String why) {
        if (member.history().isRunning()) {
            member.ended(why);
            int node = member.process().node().index();
            simulation.at(simulation.now().plus(REJOIN_AFTER), () -> {
                if (members[node] == member) {
                    member.process().close();
                    begin(node);
                }
            });
        }
    }

    private void met(Situation situation) {
        situations[situation.ordinal()]++;
    }

    /**
     * How often a rare situation was met.
     *
     * @param situation which
     * @return the count, complete when the run has ended
     */
    public long count(Situation situation) {
        return situations[situation.ordinal()];
    }

    /** A coordinator was told its view. */
    void viewTold(View before, View view) {
        if (view instanceof MergeView merge && merge.subgroups().size() >= 3) {
            met(Situation.MERGE_OF_THREE);
        }
        for (SimulatedMember member : living()) {
            if (before != null && before.contains(member.history().address())
                    && !view.contains(member.history().address())) {
                met(Situation.MEMBER_LEFT_BEHIND);
            }
        }
    }

    /** A newcomer has its state. */
    void stateTaken(LifeHistory newcomer, int provider) {
        long views = history.lives().get(provider).views().stream()
                .filter(view -> view.contains(newcomer.address())).count();
        if (views > 1) {
            met(Situation.VIEW_CHANGE_DURING_STATE_TRANSFER);
        }
    }

    private void noteSituations() {
        for (SimulatedMember member : everybody) {
            Map<String, Long> counters = member.channel().counters();
            for (Situation situation : Situation.values()) {
                for (String counter : situation.counters()) {
                    situations[situation.ordinal()] += counters.getOrDefault(counter, 0L);
                }
            }
        }
    }

    /** Members leave, one after the other; then nothing of them may be left: no socket, no timer. */
    private void stop() {
        List<SimulatedMember> leaving = living();
        for (SimulatedMember member : leaving) {
            member.history().ended("left at the end");
            member.channel().disconnectAsync();
            simulation.runUntil(simulation.now().plus(LEAVING.dividedBy(size)));
        }
        simulation.runUntil(simulation.now().plus(LEFT_AFTER));
        for (SimulatedMember member : leaving) {
            long timers = simulation.queue.pending(member.process());
            if (member.process().openSockets() > 0 || timers > 0) {
                history.excess(member.history() + " has left, but keeps " + member.process().openSockets()
                        + " sockets open and " + timers + " timers running; none is justified");
            }
        }
    }

    private void lookForExcesses() {
        noteDeaths();
        int sockets = SOCKETS_PER_MEMBER * size + 10;
        for (SimulatedMember member : living()) {
            if (member.process().openSockets() > sockets) {
                history.excess(member.history() + " has " + member.process().openSockets() + " sockets open, at most "
                        + sockets + " are justified");
            }
            long queued = member.channel().counters().getOrDefault("CHANNEL.inbox_packets", 0L);
            if (queued > QUEUED_PACKETS) {
                history.excess(member.history() + " holds " + queued + " packets for its application, at most "
                        + QUEUED_PACKETS + " are justified after silence for " + quiet);
            }
        }
    }

    /**
     * Members that live.
     *
     * @return in the order of their nodes
     */
    List<SimulatedMember> living() {
        List<SimulatedMember> living = new ArrayList<>();
        for (SimulatedMember member : members) {
            if (member != null && member.process().isAlive() && member.history().isRunning()) {
                living.add(member);
            }
        }
        return living;
    }

    /**
     * Channels of members that live.
     *
     * @return in the order of their nodes
     */
    public List<Channel> channels() {
        return living().stream().map(SimulatedMember::channel).toList();
    }

    /**
     * Tell whether all members that live have one view with exactly them in it; after {@link #run} whether they had, before
     * they all left.
     *
     * @return false also if nobody lives
     */
    public boolean isInOneView() {
        if (inOneViewAtTheEnd) {
            return true;
        }
        List<SimulatedMember> living = living();
        View first = living.isEmpty() ? null : living.get(0).channel().view();
        return first != null && first.size() == living.size()
                && living.stream().allMatch(member -> first.equals(member.channel().view()));
    }

    /**
     * The world it lives in.
     *
     * @return the simulation
     */
    public Simulation simulation() {
        return simulation;
    }

    /**
     * What has happened.
     *
     * @return the history
     */
    public History history() {
        return history;
    }

    Workload workload() {
        return workload;
    }

    Duration quietFrom() {
        return length.minus(quiet);
    }

    void noteRefusal() {
        refusals++;
    }

    /**
     * Number of sends that the stack refused because it could take no more.
     *
     * @return the count
     */
    public long refusals() {
        return refusals;
    }

    void failed(Throwable failure) {
        failures.add(failure);
    }
}
