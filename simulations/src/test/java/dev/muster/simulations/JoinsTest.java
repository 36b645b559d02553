package dev.muster.simulations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.testkit.simulation.LinkQuality;
import dev.muster.testkit.simulation.MemberStack;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Fifty members that come in the same moment take at most five views, however they find the group. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class JoinsTest {

    private static final int NEWCOMERS = 50;
    private static final int MOST_VIEWS = 5;
    private static final int SEEDS = 5;
    private static final Duration LIMIT = Duration.ofSeconds(5);
    /** Where answers get lost two may each believe that they are first; MERGE2 finds that out. */
    private static final Duration LIMIT_WITH_LOSS = LIMIT.plusSeconds(10);
    private static final int MOST_VIEWS_WITH_LOSS = 8;

    static Stream<Named<MemberStack>> stacks() {
        return Stream.of(Named.of("TCP with TCPPING", Stacks.TCP), Named.of("datagrams with TCPPING", Stacks.DATAGRAM),
                Named.of("UDP with PING", Stacks.UDP), Named.of("TCP with MPING", Stacks.MPING));
    }

    @ParameterizedTest
    @MethodSource("stacks")
    void intoAGroupThatIsThere(MemberStack stack) {
        for (long seed = 0; seed < SEEDS; seed++) {
            Company company = company(seed, 1 + NEWCOMERS, stack);
            company.guest(0).come();
            company.pass(Duration.ofSeconds(5));
            assertThat(company.guest(0).view()).isNotNull();
            check(company, seed, 1);
        }
    }

    @ParameterizedTest
    @MethodSource("stacks")
    void whereNoGroupIsYet(MemberStack stack) {
        for (long seed = 0; seed < SEEDS; seed++) {
            check(company(seed, NEWCOMERS, stack), seed, 0);
        }
    }

    /** Half of them with links that lose a tenth. */
    private static Company company(long seed, int size, MemberStack stack) {
        Company company = new Company(seed, size, stack);
        company.world().quality(isLossy(seed) ? LinkQuality.BAD : LinkQuality.GOOD);
        return company;
    }

    private static boolean isLossy(long seed) {
        return seed % 2 != 0;
    }

    private static void check(Company company, long seed, int there) {
        Duration begin = company.world().now();
        company.guests().stream().skip(there).forEach(Company.Guest::come);
        assertThat(company.world().runUntil(begin.plus(isLossy(seed) ? LIMIT_WITH_LOSS : LIMIT),
                company::isTogether)).as("in one view, seed %d", seed).isTrue();
        int views = company.viewsSince(begin).size();
        System.out.printf("%d joins at once, %d there, seed %d: %d views in %d ms%n", NEWCOMERS, there, seed, views,
                company.world().now().minus(begin).toMillis());
        assertThat(views).as("views, seed %d", seed).isLessThanOrEqualTo(isLossy(seed) ? MOST_VIEWS_WITH_LOSS : MOST_VIEWS);
    }
}
