package dev.muster.fuzzing;

import java.time.Duration;

/**
 * How much is tried. {@code -Dmuster.fuzz.inputs=20000000} makes a longer campaign of all that counts inputs, {@code
 * -Dmuster.fuzz.seconds=300} of all that is boxed in time, {@code -Dmuster.fuzz.seed=2} another one.
 */
final class Sizes {

    /** Inputs per decoder. */
    static final long INPUTS = Long.getLong("muster.fuzz.inputs", 1_000_000);

    /** For readers that are too slow for that. */
    static final Duration BOX = Duration.ofSeconds(Long.getLong("muster.fuzz.seconds", 15));

    /** No campaign takes longer. */
    static final Duration LIMIT = Duration.ofHours(2);

    /** Decides everything. */
    static final long SEED = Long.getLong("muster.fuzz.seed", 1);

    private Sizes() {}

    /** The figures are what a campaign is for, so they are printed. */
    static void tell(Campaign.Report report) {
        System.out.println("fuzzing: " + report);
    }
}
