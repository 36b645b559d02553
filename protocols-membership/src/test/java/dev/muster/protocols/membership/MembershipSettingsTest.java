package dev.muster.protocols.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Settings;
import dev.muster.spi.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What each time and flag of GMS does, seen with a value that is not the default. */
class MembershipSettingsTest {

    private static final int JOIN = 1;
    private static final int PREPARE = 6;
    private static final int VIEW_REQUEST = 19;
    private static final int VIEW_REPLY = 20;
    /** Longest that discovery and a word on its way take here. */
    private static final long SLACK = 30 * Bus.MILLI;

    private final Bus bus = new Bus(1);
    /** When words left, by kind. */
    private final Map<Integer, List<Long>> left = new TreeMap<>();

    @BeforeEach
    void noteWhenWordsLeave() {
        bus.slowWords = 0;
        bus.departure = (node, packet) -> {
            MembershipHeader header = packet.header(MembershipHeader.class);
            if (header != null) {
                left.computeIfAbsent(header.kind(), kind -> new ArrayList<>()).add(bus.now());
            }
        };
    }

    private BusNode start(Settings settings) {
        BusNode node = new BusNode(bus, bus.nodes.size() + 1, settings);
        bus.nodes.add(node);
        return node;
    }

    private BusNode join(Settings settings) {
        BusNode node = start(settings);
        node.connect();
        return node;
    }

    private void founder(Settings settings) {
        join(settings);
        pass(Duration.ofSeconds(3));
        left.clear();
    }

    private void pass(Duration time) {
        bus.runFor(time.toNanos());
    }

    /** How long after the first word of a kind the next of the same kind or another left. */
    private long gap(int kind, int after) {
        long first = left.get(kind).get(0);
        return left.get(after).stream().filter(time -> time > first).findFirst().orElseThrow() - first;
    }

    private static boolean hasLeft(BusNode node) {
        return node.toChannel.stream().anyMatch(Event.Disconnected.class::isInstance);
    }

    @Test
    void whoIsNotLetInSearchesAgainAfterJoinTimeoutAndJoinRetryTimeout() {
        founder(new Settings());
        bus.lost = (from, kind) -> kind == JOIN;
        join(new Settings().set(GroupMembership.JOIN_TIMEOUT, Duration.ofMillis(700))
                .set(GroupMembership.JOIN_RETRY_TIMEOUT, Duration.ofMillis(200)));
        pass(Duration.ofSeconds(5));
        assertThat(gap(JOIN, JOIN)).isBetween(900 * Bus.MILLI, 900 * Bus.MILLI + SLACK);
    }

    @Test
    void joinRetryTimeoutCountsApartFromJoinTimeout() {
        founder(new Settings());
        bus.lost = (from, kind) -> kind == JOIN;
        join(new Settings().set(GroupMembership.JOIN_TIMEOUT, Duration.ofMillis(200))
                .set(GroupMembership.JOIN_RETRY_TIMEOUT, Duration.ofMillis(3_000)));
        pass(Duration.ofSeconds(8));
        assertThat(gap(JOIN, JOIN)).isBetween(3_200 * Bus.MILLI, 3_200 * Bus.MILLI + SLACK);
    }

    @Test
    void whomNobodyLetsGoGoesAfterLeaveTimeout() {
        founder(new Settings());
        BusNode leaver = join(new Settings().set(GroupMembership.LEAVE_TIMEOUT, Duration.ofMillis(400)));
        pass(Duration.ofSeconds(1));
        leaver.side = 1;
        leaver.leave();
        pass(Duration.ofMillis(399));
        assertThat(hasLeft(leaver)).isFalse();
        pass(Duration.ofMillis(1));
        assertThat(hasLeft(leaver)).isTrue();
    }

    @Test
    void withViewBundlingAWishWaitsForCompany() {
        founder(new Settings().set(GroupMembership.BUNDLING_TIME, Duration.ofMillis(60)));
        join(new Settings());
        pass(Duration.ofSeconds(1));
        assertThat(gap(JOIN, PREPARE)).isBetween(60 * Bus.MILLI, 60 * Bus.MILLI + SLACK);
    }

    @Test
    void withoutViewBundlingAWishIsActedUponAtOnce() {
        founder(new Settings().set(GroupMembership.VIEW_BUNDLING, false)
                .set(GroupMembership.BUNDLING_TIME, Duration.ofMillis(60)));
        join(new Settings());
        pass(Duration.ofSeconds(1));
        assertThat(gap(JOIN, PREPARE)).isLessThan(SLACK);
    }

    @Test
    void viewBundlingMakesOneViewOfManyJoins() {
        assertThat(viewsOfTenJoins(true)).isEqualTo(1);
    }

    @Test
    void withoutViewBundlingTheSameJoinsTakeMoreViews() {
        assertThat(viewsOfTenJoins(false)).isGreaterThan(1);
    }

    private int viewsOfTenJoins(boolean bundled) {
        founder(new Settings().set(GroupMembership.VIEW_BUNDLING, bundled));
        for (int count = 0; count < 10; count++) {
            join(new Settings());
        }
        pass(Duration.ofSeconds(1));
        assertThat(bus.nodes.get(0).view.size()).isEqualTo(11);
        return bus.nodes.get(0).views.size() - 1;
    }

    @Test
    void theLeaderOfAMergeWaitsForViewsNoLongerThanMergeTimeout() {
        for (int side = 0; side < 3; side++) {
            join(new Settings().set(GroupMembership.MERGE_TIMEOUT, Duration.ofMillis(600))).side = side;
        }
        pass(Duration.ofSeconds(3));
        left.clear();
        bus.lost = (from, kind) -> kind == VIEW_REPLY && from.number == 3;
        bus.nodes.forEach(node -> node.side = 0);
        pass(Duration.ofSeconds(4));
        assertThat(gap(VIEW_REQUEST, PREPARE)).isEqualTo(600 * Bus.MILLI);
    }

    @Test
    void whoMayNotFoundAGroupWaitsForOne() {
        BusNode humble = join(new Settings().set(GroupMembership.DISABLE_INITIAL_COORD, true));
        pass(Duration.ofMinutes(1));
        assertThat(humble.view).isNull();
        join(new Settings());
        pass(Duration.ofSeconds(10));
        assertThat(humble.view.size()).isEqualTo(2);
        assertThat(humble.view.coordinator()).isNotEqualTo(humble.self());
    }
}
