package dev.muster.simulations;

import dev.muster.testkit.simulation.MemberStack;
import java.time.Duration;

/** What members suffer; who and when follows from the seed. */
enum StabilityScenario {

    /** A tenth of the members hear nothing for 20 s, twice, 20 s between. */
    DEAF {
        @Override
        void plan(Stability stability, int size, long seed) {
            flap(stability, size, seed, true, false);
        }
    },
    /** A tenth of the members are not heard for 20 s, twice, 20 s between. */
    MUTE {
        @Override
        void plan(Stability stability, int size, long seed) {
            flap(stability, size, seed, false, true);
        }
    },
    /** One member loses 80 % of what it is sent, for a minute. */
    LOSES_INCOMING {
        @Override
        void plan(Stability stability, int size, long seed) {
            stability.loses(chosen(size, seed, 0), true, false, 0.8, Stability.FIRST, Stability.FIRST.plusSeconds(60));
        }
    },
    /** One member loses 80 % of everything, for a minute. */
    LOSES_ALL_WAYS {
        @Override
        void plan(Stability stability, int size, long seed) {
            stability.loses(chosen(size, seed, 0), true, true, 0.8, Stability.FIRST, Stability.FIRST.plusSeconds(60));
        }
    },
    /** One member stands still for 2.5 s again and again. */
    SHORT_STALLS {
        @Override
        void plan(Stability stability, int size, long seed) {
            for (int stall = 0; stall < 10; stall++) {
                stability.stalls(chosen(size, seed, 0), Stability.FIRST.plusSeconds(6 * stall), Duration.ofMillis(2500),
                        false);
            }
        }
    },
    /** One member stands still for 12 s, twice. */
    LONG_STALLS {
        @Override
        void plan(Stability stability, int size, long seed) {
            for (int stall = 0; stall < 2; stall++) {
                stability.stalls(chosen(size, seed, 0), Stability.FIRST.plusSeconds(40 * stall), Duration.ofSeconds(12),
                        true);
            }
        }
    },
    /** One of ten members has a link to another that fails one way, for 20 s, twice. Everybody else is reached. */
    BROKEN_LINKS {
        @Override
        void plan(Stability stability, int size, long seed) {
            for (int count = 0; count < size / 10; count++) {
                int from = chosen(size, seed, count);
                int to = (from + 1 + (int) Math.floorMod(seed * 7 + count, size - 1L)) % size;
                for (int period = 0; period < 2; period++) {
                    Duration begin = Stability.FIRST.plusSeconds(40 * period);
                    stability.linkFails(from, to, begin, begin.plusSeconds(20));
                }
            }
        }
    },
    /** Every member has a link that fails one way for 2 s in every 5 s. */
    FLAPPING_LINKS {
        @Override
        void plan(Stability stability, int size, long seed) {
            for (int node = 0; node < size; node++) {
                int to = (node + 1 + (int) Math.floorMod(seed * 5 + node, size - 1L)) % size;
                for (int period = 0; period < 8; period++) {
                    Duration begin = Stability.FIRST.plusSeconds(5 * period);
                    stability.linkFails(node, to, begin, begin.plusSeconds(2));
                }
            }
        }
    },
    /** One member is slow for a minute. */
    SLOW_MEMBER {
        @Override
        void plan(Stability stability, int size, long seed) {
            stability.isSlow(chosen(size, seed, 0), Stability.FIRST, Stability.FIRST.plusSeconds(60));
        }
    };

    abstract void plan(Stability stability, int size, long seed);

    Stability run(MemberStack stack, int size, long seed) {
        Stability stability = new Stability(stack, size, seed);
        plan(stability, size, seed);
        return stability.run();
    }

    private static int chosen(int size, long seed, int count) {
        return (int) Math.floorMod(seed * 3 + 10L * count, (long) size);
    }

    private static void flap(Stability stability, int size, long seed, boolean in, boolean out) {
        for (int count = 0; count < size / 10; count++) {
            for (int period = 0; period < 2; period++) {
                Duration from = Stability.FIRST.plusSeconds(40 * period);
                stability.loses(chosen(size, seed, count), in, out, 1, from, from.plusSeconds(20));
            }
        }
    }
}
