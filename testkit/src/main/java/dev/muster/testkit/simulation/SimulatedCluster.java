package dev.muster.testkit.simulation;

import dev.muster.api.Channel;
import dev.muster.api.View;
import dev.muster.core.Assembler;
import dev.muster.testkit.history.History;
import dev.muster.testkit.history.Promise;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A cluster of unmodified channels in a simulation: joins, works, suffers, heals, and is judged.
 *
 * <pre>{@code
 * Outcome outcome = new SimulatedCluster(SimulatedCluster.assembler(), stack, 10, 4711)
 *         .workload(Workload.LIGHT)
 *         .faults(FaultSchedule.draw(4711, 10, ofSeconds(10), ofSeconds(35), mix))
 *         .run();
 * }</pre>
 *
 * <p>Phases: members join, one after the other; faults happen as scheduled until the last of them; then a time to
 * stabilise, in which work goes on but for its last part, the silence; then all leave. Every promise that a stack of these
 * protocols makes is checked, as soon as it can be: most of them while everything goes on, that there is one view when the
 * silence begins, and that nothing is missing or left over when it ends. For one thread.
 */
public final class SimulatedCluster {

    static final String CLUSTER = "simulated";

    private static final Duration LEAVING = Duration.ofSeconds(6);
    /** The longest that leaving may take, by the channel's own limits. */
    private static final Duration LEFT_AFTER = Duration.ofSeconds(16);

    private final int size;
    private final Simulation simulation;
    private final History history;
    private final Situations situations;
    private final StackedAssembler stacks;
    private final Population population;
    private final Striker striker;
    private final List<Throwable> failures = new ArrayList<>();
    private Workload workload = Workload.LIGHT;
    private FaultSchedule schedule = FaultSchedule.NONE;
    private ClusterObserver observer;
    private Duration joining = Duration.ofSeconds(5);
    private Duration length = Duration.ofSeconds(60);
    private Duration quiet = Duration.ofSeconds(5);
    private List<Promise> furtherPromises = List.of();
    private long refusals;

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
     * @param stack their stacks, all of the same protocols
     * @param size number of members
     * @param seed decides everything
     */
    public SimulatedCluster(Assembler assembler, MemberStack stack, int size, long seed) {
        this.size = size;
        this.simulation = new Simulation(seed);
        this.history = new History("seed " + seed + " with " + size + " members");
        this.situations = new Situations(history);
        List<InetAddress> contacts = new ArrayList<>();
        for (int index = 0; index < size; index++) {
            InetAddress address = simulation.addNode().address();
            if (index < MemberStack.CONTACTS) {
                contacts.add(address);
            }
        }
        SimulatedNode grave = simulation.addNode();
        simulation.topology.dark(size, true);
        this.stacks = new StackedAssembler(assembler, stack, contacts, history);
        this.population = new Population(this, stacks, contacts, grave, size);
        this.striker = new Striker(this, size);
        simulation.crashes(population::noteDeaths);
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
     * Check more than what the protocols of the stack promise, such as something of your own.
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
     * @param whole length of the run, without the leaving
     * @param silence at its end, in which nothing is sent any more; when it begins, faults must have ceased for as long as the
     *     stack may take to be in one view again
     * @return this
     */
    public SimulatedCluster times(Duration joins, Duration whole, Duration silence) {
        joining = joins;
        length = whole;
        quiet = silence;
        return this;
    }

    /**
     * Run all phases, check every promise, and insist on it.
     *
     * @return what came of it
     * @throws dev.muster.testkit.history.PromiseBroken if one was not kept
     */
    public Outcome run() {
        return judge().orThrow();
    }

    /**
     * Run all phases and check every promise. A run ends where a promise was broken.
     *
     * @return what came of it, good or bad
     */
    public Outcome judge() {
        history.watchEverything();
        simulation.at(quietFrom(), history::converged);
        simulate();
        Outcome outcome = new Outcome(this, isInOneView());
        if (outcome.isWell()) {
            stop();
            outcome.lookAgain();
        }
        return outcome;
    }

    /**
     * Run all phases but the leaving, without checking anything.
     *
     * @return this
     */
    public SimulatedCluster simulate() {
        for (int index = 0; index < size; index++) {
            int node = index;
            simulation.at(joining.multipliedBy(index).dividedBy(size), () -> population.begin(node));
        }
        for (FaultSchedule.Fault fault : schedule.faults()) {
            simulation.at(fault.at(), () -> strike(fault));
        }
        boolean stopped = simulation.runUntil(length, () -> history.broken() != null);
        situations.addCounted(population.everybody());
        if (!stopped) {
            population.noteDeaths();
            leftovers().lookAtQuietOnes(population.living());
            history.settled(quietFrom());
        }
        return this;
    }

    private Leftovers leftovers() {
        return new Leftovers(simulation, history, size, stacks.layers(), quiet);
    }

    /** Members leave, one after the other; then nothing of them may be left. */
    private void stop() {
        history.partingBegins();
        List<SimulatedMember> leavers = population.living();
        for (SimulatedMember member : leavers) {
            member.history().ended("left at the end");
            member.channel().disconnectAsync();
            simulation.runUntil(simulation.now().plus(LEAVING.dividedBy(size)));
        }
        simulation.runUntil(simulation.now().plus(LEFT_AFTER),
                () -> leavers.stream().noneMatch(member -> member.process().isAlive()));
        leftovers().lookAtLeavers(leavers);
    }

    /**
     * Check every promise on what has happened.
     *
     * @throws dev.muster.testkit.history.PromiseBroken if one was not kept
     */
    public void check() {
        new Outcome(this, isInOneView()).orThrow();
    }

    /** All promises that are checked here: those of the stack, and those asked for. */
    List<Promise> promises() {
        List<Promise> all = new ArrayList<>(stacks.promises());
        furtherPromises.stream().filter(further -> all.stream().noneMatch(known -> known.id().equals(further.id())))
                .forEach(all::add);
        return all;
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

    /** Under which circumstances all this has happened. */
    String describe() {
        return "seen at " + simulation.now() + ", seed " + simulation.seed() + ", " + size + " members, " + workload + ", "
                + refusals + " refused sends, " + population + ", trace " + simulation.hash() + ", schedule:" + schedule;
    }

    private void strike(FaultSchedule.Fault fault) {
        tell(ClusterObserver.NETWORK, () -> "fault: " + fault.toString().replaceFirst("at=[^,\\]]*(, )?", ""));
        striker.strike(fault);
        population.noteDeaths();
    }

    /** From when on nothing goes wrong any more. */
    Duration healedFrom() {
        List<FaultSchedule.Fault> faults = schedule.faults();
        return faults.isEmpty() ? Duration.ZERO : faults.get(faults.size() - 1).at();
    }

    Population population() {
        return population;
    }

    Situations situations() {
        return situations;
    }

    /**
     * How often a rare situation was met.
     *
     * @param situation which
     * @return the count, complete when the run has ended
     */
    public long count(Situation situation) {
        return situations.count(situation);
    }

    /**
     * Channels of members that live.
     *
     * @return in the order of their nodes; none after {@link #run}, at the end of which all leave
     */
    public List<Channel> channels() {
        return population.living().stream().map(SimulatedMember::channel).toList();
    }

    /**
     * Tell whether all members that live have one view with exactly them in it; of a run that is over {@link Outcome} tells.
     *
     * @return false also if nobody lives
     */
    public boolean isInOneView() {
        List<Channel> living = channels();
        View first = living.isEmpty() ? null : living.get(0).view();
        return first != null && first.size() == living.size()
                && living.stream().allMatch(channel -> first.equals(channel.view()));
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
