package dev.muster.simulations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.MergeView;
import dev.muster.api.ProtocolType;
import dev.muster.api.StackBuilder;
import dev.muster.api.View;
import dev.muster.testkit.simulation.MemberStack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Parts that can reach each other again become one, by one view, within max_interval of MERGE2 and two seconds. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class MergeTimeTest {

    private static final int SIZE = 6;
    private static final int SEEDS = 20;
    private static final Duration BEYOND = Duration.ofSeconds(2);
    /** Just long enough for each part to remove the others, so that its next look is far away. */
    private static final Duration APART = Duration.ofSeconds(6);

    private static final List<List<Integer>> TWO = List.of(List.of(0, 1, 2), List.of(3, 4, 5));
    private static final List<List<Integer>> THREE = List.of(List.of(0, 3), List.of(1, 4), List.of(2, 5));

    private record Interval(Duration min, Duration max) {
        private MemberStack in(MemberStack stack) {
            return (own, contacts) -> StackBuilder.of(stack.of(own, contacts)).replace(ProtocolType.of("MERGE2"), "MERGE2",
                    Map.of("min_interval", min.toMillis() + "ms", "max_interval", max.toMillis() + "ms")).definition();
        }
    }

    private static final Interval USUAL = new Interval(Duration.ofSeconds(2), Duration.ofSeconds(10));
    private static final Interval SHORT = new Interval(Duration.ofMillis(300), Duration.ofSeconds(1));
    private static final Interval LONG = new Interval(Duration.ofSeconds(20), Duration.ofSeconds(25));

    static Stream<Arguments> cases() {
        return Stream.of(Named.of("TCP", Stacks.TCP), Named.of("datagrams", Stacks.DATAGRAM), Named.of("UDP", Stacks.UDP))
                .flatMap(stack -> Stream.of(TWO, THREE).flatMap(parts -> Stream.of(USUAL, SHORT, LONG)
                        .map(interval -> Arguments.of(stack, parts, interval))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void partsBecomeOne(MemberStack stack, List<List<Integer>> parts, Interval interval) {
        List<Long> millis = new ArrayList<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            Company company = new Company(seed, SIZE, interval.in(stack));
            Duration healed = apart(company, parts, seed);
            millis.add(untilTogether(company, healed, interval.max().plus(BEYOND), seed));
            company.pass(Duration.ofSeconds(5));
            assertThat(company.viewsSince(healed)).as("views after healing, seed %d", seed)
                    .hasSize(1).allMatch(MergeView.class::isInstance);
        }
        tell(parts.size() + " parts, " + interval, millis);
    }

    /** Only the first part is on the list, so the others find it, but not each other; they come in time, by a view each. */
    @Test
    void partsThatAreOnNobodysListComeInTimeToo() {
        List<List<Integer>> parts = List.of(List.of(0, 1, 2), List.of(3, 4), List.of(5));
        MemberStack knowingThree = (own, contacts) -> Stacks.TCP.of(own, contacts.subList(0, 3));
        List<Long> millis = new ArrayList<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            Company company = new Company(seed, SIZE, USUAL.in(knowingThree));
            Duration healed = apart(company, parts, seed);
            millis.add(untilTogether(company, healed, USUAL.max().plus(BEYOND), seed));
            assertThat(company.viewsSince(healed)).hasSizeBetween(1, 2).allMatch(MergeView.class::isInstance);
        }
        tell("parts that are not on the list", millis);
    }

    /** A group falls apart, and heals; the moment depends on the seed. */
    private static Duration apart(Company company, List<List<Integer>> parts, long seed) {
        company.gather();
        company.world().partition(parts);
        company.pass(APART.plusMillis(370 * seed));
        assertThat(company.present()).as("parts, seed %d", seed).hasSize(parts.size());
        company.world().heal();
        return company.world().now();
    }

    private static long untilTogether(Company company, Duration healed, Duration limit, long seed) {
        boolean together = company.world().runUntil(healed.plus(limit), company::isTogether);
        assertThat(together).as("one view %s after healing, seed %d: %s", limit, seed,
                company.guests().stream().map(Company.Guest::view).map(View::toString).toList()).isTrue();
        return company.world().now().minus(healed).toMillis();
    }

    private static void tell(String what, List<Long> millis) {
        Collections.sort(millis);
        System.out.printf("%s: one view %d to %d ms after healing, half of the runs within %d ms%n", what, millis.get(0),
                millis.get(millis.size() - 1), millis.get(millis.size() / 2));
    }
}
