/** Mutated and random input for everything that reads bytes of strangers, and valid samples to mutate. */
package dev.muster.testkit.fuzz;
