/**
 * The shipped stack in processes that are killed, stopped and started again: the independent second tester beside the simulation.
 *
 * <p>{@link dev.muster.it.processes.LoadMember} is a member in a process of its own. It does work and keeps a
 * {@link dev.muster.it.processes.MemberLog}; nothing there judges. {@link dev.muster.it.processes.ProcessGroup} starts members,
 * gives orders, and reads their logs into a history, which the same checks judge as in simulations.
 */
package dev.muster.it.processes;
