/** Mutated and random input for everything that reads bytes of strangers, and the measures of what it does to the reader. */
package dev.muster.testkit.fuzz;
