package dev.muster.protocols.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.Settings;
import dev.muster.api.ViewId;
import dev.muster.spi.Event;
import dev.muster.spi.MemberInfo;
import dev.muster.testkit.ProtocolHarness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class Merge2Test {

    private static final Address ANN = ProtocolHarness.member(1);
    private static final Address BOB = ProtocolHarness.member(2);
    private static final Address CID = ProtocolHarness.member(3);
    private static final Address DAN = ProtocolHarness.member(4);

    private final ProtocolHarness ann = ProtocolHarness.of(new Merge2.Provider()).start();

    private static MemberInfo info(Address member, Address coordinator, long counter) {
        return new MemberInfo(member, null, coordinator, null, new ViewId(counter, coordinator));
    }

    private List<MemberInfo> reported(MemberInfo... found) {
        ann.clear().event(new Event.MembersFound("merge", List.of(found)));
        List<Event.MergeNeeded> needed = ann.emittedUp(Event.MergeNeeded.class);
        return needed.isEmpty() ? List.of() : needed.get(0).others();
    }

    private int looksWithin(Duration time) {
        ann.clear().advance(time);
        return ann.emittedDown(Event.FindMembers.class).size();
    }

    @Test
    void theCoordinatorLooksAtRandomTimesWithinTheInterval() {
        ann.event(ProtocolHarness.viewInstalled(1, ANN, BOB));
        assertThat(looksWithin(Duration.ofMillis(1_999))).isZero();
        assertThat(looksWithin(Duration.ofSeconds(100))).isBetween(10, 50);
    }

    @Test
    void howLongIsBetweenTwoLooksIsForTheSettingsToSay() {
        ProtocolHarness rare = ProtocolHarness.of(new Merge2.Provider(), new Settings()
                .set(Merge2.MIN_INTERVAL, Duration.ofSeconds(40)).set(Merge2.MAX_INTERVAL, Duration.ofSeconds(41))).start();
        rare.event(ProtocolHarness.viewInstalled(1, ANN, BOB));
        List<Long> looks = new ArrayList<>(List.of(0L));
        for (long tenths = 1; tenths <= 3_000; tenths++) {
            if (!rare.clear().advance(Duration.ofMillis(100)).emittedDown(Event.FindMembers.class).isEmpty()) {
                looks.add(tenths);
            }
        }
        assertThat(looks).hasSizeBetween(8, 9);
        for (int look = 1; look < looks.size(); look++) {
            assertThat(looks.get(look) - looks.get(look - 1)).as("tenths of seconds before look %d", look).isBetween(399L, 411L);
        }
    }

    @Test
    void viewsThatFollowEachOtherSoonDoNotPutTheLookOff() {
        int looks = 0;
        for (int counter = 1; counter <= 30; counter++) {
            ann.event(ProtocolHarness.viewInstalled(counter, ANN, BOB));
            looks += looksWithin(Duration.ofSeconds(1));
        }
        assertThat(looks).as("looks of the coordinator in 30 s").isBetween(3, 15);
    }

    @Test
    void whoBecomesCoordinatorLooksAsOneFromThenOn() {
        Address[] crowd = new Address[50];
        for (int number = 0; number < crowd.length; number++) {
            crowd[number] = ProtocolHarness.member(100 - number);
        }
        crowd[crowd.length - 1] = ANN;
        ann.event(ProtocolHarness.viewInstalled(1, crowd));
        assertThat(looksWithin(Duration.ofSeconds(90))).isZero();
        ann.event(ProtocolHarness.viewInstalled(2, ANN, BOB));
        assertThat(looksWithin(Duration.ofSeconds(10))).isPositive();
    }

    @Test
    void theOtherMembersTogetherLookAsOftenAsTheCoordinator() {
        ann.event(ProtocolHarness.viewInstalled(2, BOB, ANN, CID, DAN));
        assertThat(looksWithin(Duration.ofMillis(5_999))).isZero();
        assertThat(looksWithin(Duration.ofSeconds(300))).isBetween(10, 50);
        assertThat(reported(info(ProtocolHarness.member(5), ProtocolHarness.member(5), 7))).hasSize(1);
        assertThat(reported(info(CID, CID, 7))).as("what is wrong in its own view is the coordinator's to find").isEmpty();
        assertThat(reported(info(CID, CID, 7))).isEmpty();
    }

    @Test
    void theCoordinatorOfAnotherViewIsReportedOnceForAllItsMembers() {
        ann.event(ProtocolHarness.viewInstalled(1, ANN));
        assertThat(reported(info(BOB, CID, 7), info(CID, CID, 7), info(DAN, CID, 7))).containsExactly(info(CID, CID, 7));
    }

    @Test
    void aMemberOfAnotherViewStandsForACoordinatorThatDidNotAnswer() {
        ann.event(ProtocolHarness.viewInstalled(1, ANN));
        assertThat(reported(info(BOB, CID, 7), info(DAN, CID, 7))).containsExactly(info(BOB, CID, 7));
    }

    @Test
    void ownMembersInTheSameViewAndOthersWithoutAViewAreNoReasonToMerge() {
        ann.event(ProtocolHarness.viewInstalled(1, ANN, BOB));
        assertThat(reported(info(BOB, ANN, 1), new MemberInfo(CID, null, null, null, null))).isEmpty();
    }

    @Test
    void aMemberThatNamesAnotherViewTwiceIsReported() {
        ann.event(ProtocolHarness.viewInstalled(5, ANN, BOB));
        assertThat(reported(info(BOB, ANN, 4))).isEmpty();
        assertThat(reported(info(BOB, ANN, 4))).containsExactly(info(BOB, ANN, 4));
        assertThat(reported(info(BOB, CID, 6))).as("another one than last time").isEmpty();
    }

    @Test
    void findingsForOthersPassAndItsOwnDoNot() {
        ann.event(ProtocolHarness.viewInstalled(1, ANN));
        ann.event(new Event.MembersFound("join", List.of())).event(new Event.MembersFound("merge", List.of()));
        assertThat(ann.letThrough()).contains(new Event.MembersFound("join", List.of()))
                .doesNotContain(new Event.MembersFound("merge", List.of()));
    }

    @Test
    void anIntervalThatEndsBeforeItBeginsIsReported() {
        List<String> problems = new ArrayList<>();
        new Merge2.Provider().validate(new Settings().set(Merge2.MIN_INTERVAL, Duration.ofSeconds(20)), problems::add);
        assertThat(problems).singleElement().asString().contains("min_interval=20s").contains("max_interval=10s");
    }
}
