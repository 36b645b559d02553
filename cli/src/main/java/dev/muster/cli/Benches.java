package dev.muster.cli;

import dev.muster.cli.RateBench.Pattern;
import dev.muster.cli.perf.RoundTrips.Mode;
import java.util.ArrayList;
import java.util.List;

/** What {@code --compare} and {@code --full} measure. In each case the first one is compared with the others. */
final class Benches {

    private static final List<Integer> SIZES = List.of(8, 100, 1_000, 10_000);

    private static final List<String> FOR_LATENCY =
            List.of("muster-inline", "muster", "sockets", "jgroups-low-latency");
    private static final List<String> KNOW_THEIR_MEMBERS = List.of("muster", "jgroups-tcp");

    private Benches() {}

    /** What fits in ten minutes. */
    static List<Bench> shortSet() {
        return List.of(
                new RateBench(Pattern.ONE_SENDS, 3, SIZES,
                        List.of("muster", "sockets", "jgroups-tcp", "aeron-multicast", "jeromq")),
                new RateBench(Pattern.ALL_SEND, 3, List.of(1_000), List.of("muster", "sockets", "jgroups-tcp")),
                new RateBench(Pattern.UNICAST, 2, List.of(100, 1_000),
                        List.of("muster", "sockets", "jgroups-tcp", "aeron-unicast")),
                new TripBench(Pinning.ACROSS, List.of(100), List.of(Mode.CALLBACK), FOR_LATENCY),
                new TripBench(Pinning.ONE, List.of(100), List.of(Mode.CALLBACK), FOR_LATENCY));
    }

    /** Everything. */
    static List<Bench> fullSet() {
        List<Bench> benches = new ArrayList<>();
        for (int members = 2; members <= 4; members++) {
            for (Pattern pattern : List.of(Pattern.ONE_SENDS, Pattern.ALL_SEND)) {
                benches.add(new RateBench(pattern, members, SIZES, List.of("muster", "muster-plain", "muster-udp", "sockets",
                        "jgroups-tcp", "jgroups-tcp-shipped", "jgroups-udp", "aeron-multicast", "jeromq", "libzmq", "tribes",
                        "tribes-asynchronous")));
            }
        }
        benches.add(new RateBench(Pattern.UNICAST, 2, SIZES, List.of("muster", "muster-plain", "muster-udp", "sockets",
                "jgroups-tcp", "jgroups-udp", "aeron-unicast", "jeromq-unicast", "tribes")));
        benches.addAll(trips());
        for (FailureBench.Failure failure : FailureBench.Failure.values()) {
            benches.add(new FailureBench(failure, KNOW_THEIR_MEMBERS));
        }
        benches.add(new GapBench(1_000, KNOW_THEIR_MEMBERS));
        benches.add(new SlowBench(1_000, List.of("muster", "jgroups-tcp", "aeron-multicast", "jeromq")));
        benches.add(new RateBench(Pattern.ONE_SENDS, 3, List.of(100, 1_000, 10_000), List.of("muster-encrypted", "muster")));
        benches.add(new FormingBench(List.of(10, 50, 100, 200), List.of("muster-in-one-jvm", "jgroups-in-one-jvm")));
        benches.add(new FormingBench(List.of(500, 1_000), List.of("muster-in-one-jvm")));
        return benches;
    }

    private static List<Bench> trips() {
        List<Bench> benches = new ArrayList<>();
        for (Pinning pinning : Pinning.values()) {
            benches.add(new TripBench(pinning, List.of(100, 1_000), List.of(Mode.CALLBACK, Mode.BLOCKING),
                    List.of("muster-inline", "muster", "muster-udp", "sockets", "jgroups-low-latency", "jgroups-tcp",
                            "jgroups-tcp-shipped", "aeron-unicast", "jeromq-unicast", "tribes")));
            benches.add(new TripBench(pinning, List.of(100), List.of(Mode.CALL),
                    List.of("muster-inline", "muster", "sockets", "jgroups-call")));
        }
        return benches;
    }
}
