package dev.muster.protocols.membership;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Views stay agreed whatever happens: the promises are checked over thousands of histories. */
class AgreedViewsTest {

    private static final long SECOND = 1_000 * Bus.MILLI;

    private static Bus group(long seed, int size) {
        Bus bus = new Bus(seed);
        for (int number = 1; number <= size; number++) {
            BusNode node = bus.add(number);
            bus.at(number == 1 ? 0 : (100 + bus.random.nextInt(50)) * Bus.MILLI, node::connect);
        }
        return bus;
    }

    private static void chatter(Bus bus, long duration) {
        for (BusNode node : bus.nodes) {
            for (long at = bus.random.nextInt(10); at < duration / Bus.MILLI; at += 1 + bus.random.nextInt(20)) {
                bus.at(at * Bus.MILLI, node.multicast::send);
            }
        }
    }

    private static void calm(Bus bus) {
        bus.runFor(40 * SECOND);
        BusChecks.safety(bus);
        BusChecks.oneView(bus);
        bus.nodes.forEach(node -> node.counters.forEach((name, value) -> SEEN.merge(name, value, Long::sum)));
    }

    static final java.util.Map<String, Long> SEEN = new java.util.TreeMap<>();

    @Test
    void membersThatStartTogetherFormOneGroup() {
        for (long seed = 0; seed < 200; seed++) {
            Bus bus = new Bus(seed);
            for (int number = 1; number <= 10; number++) {
                bus.add(number).connect();
            }
            bus.runFor(5 * SECOND);
            BusChecks.safety(bus);
            BusChecks.oneView(bus);
            assertThat(bus.nodes.get(0).views).as("views, seed " + seed).hasSizeLessThanOrEqualTo(6);
        }
    }

    @Test
    void aCoordinatorMayDieAtEveryStepOfARound() {
        for (int step = 1; step <= 40; step++) {
            for (long seed = 0; seed < 10; seed++) {
                Bus bus = group(seed, 5);
                crashAtStep(bus, 1, step);
                bus.runFor(SECOND);
                chatter(bus, SECOND);
                bus.runFor(100 * Bus.MILLI);
                bus.nodes.get(4).leave();
                calm(bus);
            }
        }
    }

    @Test
    void twoCoordinatorsMayDieOneAfterTheOtherAtEveryStep() {
        for (int first = 1; first <= 25; first++) {
            for (int second = 1; second <= 25; second++) {
                Bus bus = group(first * 100L + second, 6);
                bus.runFor(SECOND);
                crashAtStep(bus, 1, first);
                crashAtStep(bus, 2, second);
                chatter(bus, SECOND);
                bus.runFor(50 * Bus.MILLI);
                bus.nodes.get(5).leave();
                calm(bus);
            }
        }
    }

    private static void crashAtStep(Bus bus, int number, int step) {
        Bus.Departure before = bus.departure;
        int[] count = {0};
        bus.departure = (node, packet) -> {
            before.leaving(node, packet);
            if (node.number == number && node.alive && ++count[0] == step) {
                bus.crash(node);
            }
        };
    }

    @Test
    void chaosBreaksNoPromiseAndEndsInOneView() {
        for (long seed = 0; seed < 300; seed++) {
            Bus bus = chaos(seed);
            calm(bus);
        }
    }

    /** Whoever is flooded by strangers forgets whose words it has heard. */
    @Test
    void wordsThatComeTwiceBreakNoPromise() {
        for (long seed = 0; seed < 300; seed++) {
            Bus bus = group(seed, 5);
            bus.repeatedWords = 0.3;
            bus.runFor(SECOND);
            chatter(bus, 5 * SECOND);
            for (int change = 0; change < 4; change++) {
                bus.add(6 + change).connect();
                bus.runFor(bus.random.nextInt(200) * Bus.MILLI);
                bus.nodes.get(change).leave();
                bus.runFor(bus.random.nextInt(1_000) * Bus.MILLI);
            }
            calm(bus);
        }
    }

    @Test
    void rivalProposersThatSuspectEachOtherWronglyBreakNoPromise() {
        for (long seed = 0; seed < 500; seed++) {
            Bus bus = group(seed, 5);
            bus.slowWords = 0.1;
            bus.runFor(SECOND);
            chatter(bus, SECOND);
            for (int fault = 0; fault < 12; fault++) {
                BusNode node = bus.nodes.get(bus.random.nextInt(5));
                BusNode victim = bus.nodes.get(bus.random.nextInt(bus.random.nextBoolean() ? 2 : 5));
                if (bus.random.nextInt(3) == 0) {
                    victim.pause(bus.random.nextInt(30) * Bus.MILLI);
                } else if (bus.random.nextInt(30) == 0 && node.alive && bus.living().size() > 2) {
                    bus.crash(node);
                } else if (victim != node && node.view != null && node.view.contains(victim.self())) {
                    bus.tell(node + " suspects " + victim);
                    node.suspect(victim.self());
                }
                bus.runFor((long) (bus.random.nextDouble() * 8 * Bus.MILLI));
            }
            calm(bus);
        }
    }

    static Bus chaos(long seed) {
        Bus bus = group(seed, 4 + (int) (seed % 4));
        bus.runFor(SECOND);
        chatter(bus, 12 * SECOND);
        int crashes = 0;
        for (int fault = 0; fault < 8; fault++) {
            BusNode node = bus.nodes.get(bus.random.nextInt(bus.nodes.size()));
            switch (bus.random.nextInt(7)) {
                case 0 -> {
                    if (++crashes < bus.nodes.size() - 1 && node.alive) {
                        bus.crash(node);
                    }
                }
                case 1, 2 -> {
                    bus.tell("partition");
                    bus.nodes.forEach(each -> each.side = bus.random.nextInt(2));
                }
                case 3 -> {
                    bus.tell("heal");
                    bus.nodes.forEach(each -> each.side = 0);
                }
                case 4 -> node.pause((1 + bus.random.nextInt(4000)) * Bus.MILLI);
                case 5 -> {
                    BusNode victim = bus.nodes.get(bus.random.nextInt(bus.nodes.size()));
                    if (victim != node && node.view != null && node.view.contains(victim.self())) {
                        bus.tell(node + " suspects " + victim);
                        node.suspect(victim.self());
                    }
                }
                default -> {
                    if (bus.random.nextInt(3) == 0 && node.view != null && !node.disconnected) {
                        node.leave();
                    } else {
                        bus.add(bus.nodes.size() + 1).connect();
                    }
                }
            }
            bus.runFor((long) (bus.random.nextDouble() * (bus.random.nextBoolean() ? 2000 : 20) * Bus.MILLI));
        }
        bus.tell("heal for good");
        bus.nodes.forEach(each -> each.side = 0);
        return bus;
    }
}
