/** The shipped stack in real processes, which are killed under load. */
package dev.muster.processes;
