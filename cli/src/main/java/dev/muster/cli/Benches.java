package dev.muster.cli;

import dev.muster.cli.RateBench.Pattern;
import dev.muster.cli.perf.RoundTrips.Mode;
import java.util.ArrayList;
import java.util.List;

/** What {@code --compare} and {@code --full} measure. */
final class Benches {

    private static final List<Integer> SIZES = List.of(8, 100, 1_000, 10_000);

    private Benches() {}

    /** What fits in ten minutes. */
    static List<Bench> shortSet(String muster) {
        return List.of(
                new RateBench(Pattern.ONE_SENDS, 3, SIZES,
                        List.of(muster, "sockets", "jgroups-tcp", "aeron-multicast", "jeromq")),
                new RateBench(Pattern.ALL_SEND, 3, List.of(1_000),
                        List.of(muster, "sockets", "jgroups-tcp", "aeron-multicast", "jeromq")),
                new RateBench(Pattern.UNICAST, 2, List.of(100, 1_000), List.of(muster, "sockets", "jgroups-tcp")),
                new TripBench(Pinning.ACROSS, List.of(100), List.of(Mode.CALLBACK), List.of(muster, "sockets", "jgroups-low-latency")),
                new TripBench(Pinning.ONE, List.of(100), List.of(Mode.CALLBACK), List.of(muster, "sockets", "jgroups-low-latency")));
    }

    /** Everything. */
    static List<Bench> fullSet(String muster) {
        List<Bench> benches = new ArrayList<>();
        for (int members = 2; members <= 4; members++) {
            for (Pattern pattern : List.of(Pattern.ONE_SENDS, Pattern.ALL_SEND)) {
                benches.add(new RateBench(pattern, members, SIZES, List.of(muster, "muster-plain", "muster-udp", "sockets",
                        "jgroups-tcp", "jgroups-tcp-shipped", "jgroups-udp", "aeron-multicast", "jeromq")));
            }
        }
        benches.add(new RateBench(Pattern.UNICAST, 2, SIZES,
                List.of(muster, "muster-plain", "muster-udp", "sockets", "jgroups-tcp", "jgroups-udp")));
        for (Pinning pinning : Pinning.values()) {
            benches.add(new TripBench(pinning, List.of(100, 1_000), List.of(Mode.values()),
                    List.of(muster, "muster-udp", "sockets", "jgroups-low-latency", "jgroups-tcp", "jgroups-tcp-shipped")));
        }
        return benches;
    }
}
