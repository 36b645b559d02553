package dev.muster.testkit.simulation;

import dev.muster.api.Channel;
import dev.muster.api.ChannelState;
import dev.muster.testkit.history.LifeHistory;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Who lives on the nodes of a cluster: lives begin, end, are thrown out and come back as new ones. */
final class Population {

    private static final Duration REJOIN_AFTER = Duration.ofMillis(500);

    private final SimulatedCluster cluster;
    private final Simulation simulation;
    private final StackedAssembler stacks;
    private final List<InetAddress> contacts;
    private final SimulatedNode grave;
    private final SimulatedMember[] members;
    private final FaultSchedule.Hosts[] hosts;
    private final List<SimulatedMember> everybody = new ArrayList<>();
    private final List<SimulatedEnvironment> intruders = new ArrayList<>();
    private long failedJoins;
    private Throwable lastFailedJoin;
    private long removals;

    Population(SimulatedCluster cluster, StackedAssembler stacks, List<InetAddress> contacts, SimulatedNode grave, int size) {
        this.cluster = cluster;
        this.simulation = cluster.simulation();
        this.stacks = stacks;
        this.contacts = contacts;
        this.grave = grave;
        this.members = new SimulatedMember[size];
        this.hosts = new FaultSchedule.Hosts[size];
    }

    /** A life begins where none is. */
    void begin(int index) {
        SimulatedNode node = simulation.node(index);
        if (node.process() != null) {
            return;
        }
        SimulatedEnvironment process = node.start();
        String name = "n" + index + (process.life() == 0 ? "" : "." + process.life());
        LifeHistory life = cluster.history().begin(name);
        Channel channel = stacks.channel(node.address(), hostsFor(node), name, process);
        cluster.tell(name, () -> process.life() == 0 ? "starts" : "starts as a new life on the same address");
        members[index] = new SimulatedMember(cluster, process, life, channel);
        everybody.add(members[index]);
        members[index].begin();
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
        stacks.channel(node.address(), contacts, "x" + index, process).connectAsync("another", false);
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
    void noteDeaths() {
        for (SimulatedMember member : members) {
            if (member != null && !member.process().isAlive()) {
                if (member.history().isRunning() && member.isInOwnRound()) {
                    cluster.situations().met(Situation.COORDINATOR_DIED_IN_ROUND);
                }
                member.ended("crashed");
            }
        }
    }

    void joinFailed(SimulatedMember member, Throwable failure) {
        failedJoins++;
        lastFailedJoin = failure;
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

    /** Members that live, in the order of their nodes. */
    List<SimulatedMember> living() {
        return Arrays.stream(members)
                .filter(member -> member != null && member.process().isAlive() && member.history().isRunning()).toList();
    }

    /** All members that ever lived, in the order in which they began. */
    List<SimulatedMember> everybody() {
        return everybody;
    }

    /** For a run in which nobody did. */
    String whyNobodyJoined() {
        return lastFailedJoin == null ? everybody.size() + " members began; let it run for longer, or let members found a group"
                : failedJoins + " joins failed, the last one: " + lastFailedJoin.getMessage();
    }

    @Override
    public String toString() {
        return failedJoins + " failed joins, " + removals + " removals";
    }
}
