/**
 * What happened to every member of a group, and one check for each promise that is made about it.
 *
 * <p>Feed a {@link dev.muster.testkit.history.History} from a simulation or from real members, then call {@link
 * dev.muster.testkit.history.Promises#check}.
 */
package dev.muster.testkit.history;
