package dev.muster.simulations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.View;
import dev.muster.spi.Event;
import dev.muster.testkit.simulation.MemberStack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever leaves is gone by one view, and nobody takes it for dead. How long senders wait for that view: {@link PauseTest}. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class LeaveTest {

    private static final int SIZE = 6;
    private static final int SEEDS = 5;
    /** Far longer than any suspicion takes. */
    private static final Duration AFTERWARDS = Duration.ofSeconds(20);

    private final List<Event.Suspected> suspicions = new ArrayList<>();

    static Stream<Named<MemberStack>> stacks() {
        return Stream.of(Named.of("TCP", Stacks.TCP), Named.of("datagrams", Stacks.DATAGRAM), Named.of("UDP", Stacks.UDP));
    }

    @BeforeEach
    void forget() {
        suspicions.clear();
    }

    private Company company(long seed, MemberStack stack) {
        Company company = new Company(seed, SIZE, Stacks.ASSEMBLER.with(new SuspicionRecorder.Provider(suspicions)),
                SuspicionRecorder.in(stack));
        company.gather();
        company.pass(Duration.ofSeconds(3));
        return company;
    }

    @ParameterizedTest
    @MethodSource("stacks")
    void aMemberThatLeavesIsGoneByOneView(MemberStack stack) {
        for (long seed = 0; seed < SEEDS; seed++) {
            leave(company(seed, stack), 3);
        }
    }

    @ParameterizedTest
    @MethodSource("stacks")
    void aCoordinatorThatLeavesHandsOverToTheNextByOneView(MemberStack stack) {
        for (long seed = 0; seed < SEEDS; seed++) {
            leave(company(seed, stack), 0);
        }
    }

    /** Whoever has that rank in the view leaves. */
    private void leave(Company company, int rank) {
        View before = company.guest(0).view();
        Duration begin = company.world().now();
        Company.Guest leaver = company.guests().stream()
                .filter(guest -> guest.isCalled(before.members().get(rank))).findFirst().orElseThrow();
        List<Address> others = new ArrayList<>(before.members());
        others.remove(rank);

        CompletableFuture<Void> left = leaver.go();
        company.pass(AFTERWARDS);

        assertThat(left).isCompletedWithValue(null);
        assertThat(company.viewsSince(begin)).singleElement()
                .satisfies(view -> assertThat(view.members()).isEqualTo(others));
        assertThat(company.guests()).filteredOn(guest -> guest != leaver)
                .allSatisfy(guest -> assertThat(guest.view().members()).isEqualTo(others));
        assertThat(suspicions).isEmpty();
    }
}
