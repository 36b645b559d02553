package dev.muster.protocols.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.Settings;
import dev.muster.api.View;
import dev.muster.api.ViewId;
import dev.muster.api.Wait;
import dev.muster.spi.Event;
import dev.muster.spi.Packet;
import dev.muster.spi.StackFingerprint;
import dev.muster.spi.WireWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What membership does for its own channel: joining, founding, leaving, being removed, the state. */
class GroupMembershipTest {

    private static final long SECOND = 1_000 * Bus.MILLI;

    private static final int VOUCH = new Word.Vouch(Address.of(0, 1, "")).kind();

    private final Bus bus = new Bus(1);

    private BusNode start(Settings settings) {
        BusNode node = new BusNode(bus, bus.nodes.size() + 1, settings);
        bus.nodes.add(node);
        return node;
    }

    private void group(int size) {
        for (int i = 0; i < size; i++) {
            start(new Settings()).connect();
        }
        bus.runFor(3 * SECOND);
        BusChecks.oneView(bus);
    }

    private static <E extends Event> List<E> told(BusNode node, Class<E> type) {
        return node.toChannel.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Test
    void whoeverIsAloneFoundsTheGroupAtOnce() {
        BusNode node = start(new Settings());
        node.connect();
        bus.runFor(50 * Bus.MILLI);

        assertThat(node.view.members()).containsExactly(node.self());
        assertThat(node.view.id().counter()).isEqualTo(1);
    }

    @Test
    void whoMayNotFoundWaitsForSomebodyWhoMay() {
        BusNode waiting = start(new Settings().set(GroupMembership.DISABLE_INITIAL_COORD, true));
        waiting.connect();
        bus.runFor(10 * SECOND);
        assertThat(waiting.view).isNull();

        BusNode founder = start(new Settings());
        founder.connect();
        bus.runFor(10 * SECOND);
        assertThat(waiting.view.members()).containsExactly(founder.self(), waiting.self());
    }

    @Test
    void whoeverIsAskedTellsWhyThereIsNoViewYet() {
        BusNode waiting = start(new Settings().set(GroupMembership.DISABLE_INITIAL_COORD, true));
        waiting.connect();
        bus.runFor(10 * SECOND);
        assertThat(waiting.waits()).singleElement().satisfies(wait -> {
            assertThat(wait.reason()).isEqualTo(Wait.Reason.VIEW);
            assertThat(wait.what()).contains("members or leave to found the group", "searched");
            assertThat(wait.lasting()).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(10));
        });
    }

    @Test
    void aViewChangeThatWaitsForAMemberNamesItAtTheProposerAndTheProposerAtTheOthers() {
        group(4);
        assertThat(bus.nodes).allSatisfy(node -> assertThat(node.waits()).isEmpty());
        BusNode proposer = bus.nodes.get(0);
        BusNode silent = bus.nodes.get(3);
        silent.pause(SECOND / 2);
        bus.nodes.get(1).leave();
        bus.runFor(SECOND / 4);

        assertThat(proposer.waits()).anySatisfy(wait -> {
            assertThat(wait.reason()).isEqualTo(Wait.Reason.VIEW);
            assertThat(wait.members()).containsExactly(silent.self());
            assertThat(wait.what()).contains("this member proposes view", "no promise yet");
            assertThat(wait.lasting()).isBetween(Duration.ofMillis(1), Duration.ofMillis(250));
        });
        assertThat(bus.nodes.get(2).waits()).singleElement().satisfies(wait -> {
            assertThat(wait.members()).containsExactly(proposer.self());
            assertThat(wait.what()).contains("a view change by", "has promised");
        });
        bus.runFor(3 * SECOND);
        assertThat(proposer.waits()).isEmpty();
    }

    @Test
    void fiftyJoinsAtOnceGiveFewViews() {
        group(1);
        for (int i = 0; i < 50; i++) {
            start(new Settings()).connect();
        }
        bus.runFor(3 * SECOND);

        BusChecks.safety(bus);
        BusChecks.oneView(bus);
        assertThat(bus.nodes.get(0).views).hasSizeLessThanOrEqualTo(5);
    }

    @Test
    void joinsThatComeOneAfterAnotherGiveFewViewsAlthoughMoreComeWhileEachViewIsMade() {
        group(1);
        for (int i = 0; i < 120; i++) {
            start(new Settings()).connect();
            bus.runFor(5 * Bus.MILLI);
        }
        bus.runFor(3 * SECOND);

        BusChecks.oneView(bus);
        assertThat(bus.nodes.get(0).view.size()).isEqualTo(121);
        assertThat(bus.nodes.get(0).view.id().counter()).isLessThanOrEqualTo(8);
    }

    @Test
    void aStackThatDiffersIsRefusedWithTheDifference() {
        group(1);
        BusNode stranger = start(new Settings());
        stranger.fingerprint = new StackFingerprint(List.of("FAKE:1", "SLOW:99", "GMS:30"));
        stranger.connect();
        bus.runFor(SECOND);

        assertThat(told(stranger, Event.ConnectFailed.class)).hasSize(1);
        assertThat(told(stranger, Event.ConnectFailed.class).get(0).reason()).contains("SLOW:99", "same stack");
        assertThat(bus.nodes.get(0).view.size()).isEqualTo(1);
    }

    @Test
    void aMemberLeavesAndTheOthersGoOn() {
        group(3);
        BusNode leaver = bus.nodes.get(2);
        leaver.leave();
        bus.runFor(SECOND);

        assertThat(told(leaver, Event.Disconnected.class)).containsExactly(new Event.Disconnected(false, "left"));
        BusChecks.oneView(bus);
    }

    @Test
    void theCoordinatorLeavesAndTheNextTakesOver() {
        group(3);
        BusNode second = bus.node(bus.nodes.get(0).view.members().get(1));
        bus.nodes.get(0).leave();
        bus.runFor(SECOND);

        assertThat(told(bus.nodes.get(0), Event.Disconnected.class)).containsExactly(new Event.Disconnected(false, "left"));
        assertThat(second.view.coordinator()).isEqualTo(second.self());
        BusChecks.oneView(bus);
    }

    @Test
    void allMayLeaveAtOnce() {
        group(5);
        bus.nodes.forEach(BusNode::leave);
        bus.runFor(20 * SECOND);

        assertThat(bus.living()).isEmpty();
    }

    @Test
    void whoLeaveAtTheSameTimeAsTheCoordinatorLeaveInOneRoundWithIt() {
        group(20);
        long before = bus.nodes.get(19).view.id().counter();
        bus.nodes.subList(0, 19).forEach(BusNode::leave);
        bus.runFor(SECOND);

        assertThat(bus.nodes.subList(0, 19)).allMatch(node -> told(node, Event.Disconnected.class)
                .equals(List.of(new Event.Disconnected(false, "left"))));
        assertThat(bus.nodes.get(19).view.size()).isEqualTo(1);
        assertThat(bus.nodes.get(19).view.id().counter()).isLessThanOrEqualTo(before + 2);
    }

    @Test
    void whenAllLeaveEverybodyIsToldAndNobodyWaitsForATimeout() {
        group(20);
        bus.nodes.forEach(BusNode::leave);
        bus.runFor(SECOND);

        assertThat(bus.nodes).allMatch(node -> told(node, Event.Disconnected.class)
                .equals(List.of(new Event.Disconnected(false, "left"))));
    }

    @Test
    void whoComesWhenTheOneBeforeIsInNeedNotWaitForCompany() {
        group(1);
        bus.runFor(SECOND);
        for (int size = 2; size <= 6; size++) {
            BusNode next = start(new Settings());
            next.connect();
            bus.runFor(80 * Bus.MILLI);
            assertThat(next.view).as("view of number %d", size).isNotNull();
            assertThat(next.view.size()).isEqualTo(size);
        }
    }

    @Test
    void theLastOneLeavesAtOnce() {
        group(1);
        bus.nodes.get(0).leave();

        assertThat(told(bus.nodes.get(0), Event.Disconnected.class)).hasSize(1);
    }

    @Test
    void whoLeavesWhileNobodyAnswersLeavesAfterTheTimeout() {
        group(3);
        bus.nodes.get(2).side = 1;
        bus.nodes.get(2).leave();
        bus.runFor(6 * SECOND);

        assertThat(told(bus.nodes.get(2), Event.Disconnected.class)).hasSize(1);
    }

    @Test
    void aDeathIsANewViewAtOnce() {
        group(5);
        BusNode dead = bus.nodes.get(3);
        bus.crash(dead);
        bus.nodes.get(0).suspect(dead.self());
        bus.runFor(50 * Bus.MILLI);

        assertThat(bus.nodes.get(0).view.contains(dead.self())).isFalse();
        BusChecks.oneView(bus);
    }

    @Test
    void aMemberThatIsSilentButNotSuspectedHoldsUpAViewNoLongerThanTheDeadline() {
        group(4);
        bus.nodes.get(3).pause(1_400 * Bus.MILLI);
        bus.nodes.get(2).leave();
        bus.runFor(2_500 * Bus.MILLI);

        assertThat(bus.nodes.get(0).view.contains(bus.nodes.get(2).self())).isFalse();
        bus.runFor(10 * SECOND);
        BusChecks.oneView(bus);
    }

    @Test
    void aStrangerThatReportsToItsFormerComradeIsToldThatItWasLeftBehind() {
        group(2);
        BusNode member = bus.nodes.get(0);
        BusNode stranger = start(new Settings());
        List<Integer> told = wordsTo(stranger);
        Word report = new Word.Suspect(member.view.id(), List.of(Address.of(0, 77, "dead coordinator")), false);
        receive(member, report, stranger);

        assertThat(told).containsExactly(new Word.Removed(member.view.id(), member.view.members()).kind());
    }

    @Test
    void aMemberThatOnlyOneHasLostStaysAndWhoHasLostItIsTold() {
        group(4);
        ViewId before = bus.nodes.get(0).view.id();
        List<Integer> told = wordsTo(bus.nodes.get(2));
        bus.nodes.get(2).suspect(bus.nodes.get(3).self());
        bus.runFor(60 * SECOND);

        assertThat(told).containsOnlyOnce(VOUCH);
        assertThat(bus.nodes).allMatch(node -> node.view.id().equals(before));
    }

    @Test
    void aCoordinatorThatOnlyOneHasLostIsVouchedForByTheNextInRank() {
        group(4);
        ViewId before = bus.nodes.get(0).view.id();
        List<Integer> told = wordsTo(bus.nodes.get(2));
        bus.nodes.get(2).suspect(bus.nodes.get(0).self());
        bus.runFor(60 * SECOND);

        assertThat(told).contains(VOUCH);
        assertThat(bus.nodes).allMatch(node -> node.view.id().equals(before));
    }

    @Test
    void theTransportIsToldOfASuspicionUntilSomebodyVouches() {
        group(4);
        Address lost = bus.nodes.get(3).self();
        bus.nodes.get(2).suspect(lost);
        bus.runFor(60 * SECOND);

        assertThat(bus.nodes.get(2).toldOfSuspicions)
                .containsExactly(new Event.SuspicionBegan(lost), new Event.SuspicionEnded(lost));
    }

    @Test
    void aMemberThatSeveralHaveLostIsRemovedThoughItAnswersTheCoordinator() {
        group(4);
        bus.nodes.get(2).suspect(bus.nodes.get(3).self(), Event.Evidence.AGREED);
        bus.runFor(200 * Bus.MILLI);

        assertThat(bus.nodes.get(0).view.contains(bus.nodes.get(3).self())).isFalse();
    }

    @Test
    void aReportThatWasLongOnItsWayIsNotBelievedInALaterView() {
        group(3);
        BusNode coordinator = bus.nodes.get(0);
        Word late = new Word.Suspect(new ViewId(1, coordinator.self()), List.of(bus.nodes.get(2).self()), true);
        receive(coordinator, late, bus.nodes.get(1));
        bus.runFor(SECOND);

        assertThat(coordinator.view.size()).isEqualTo(3);
        assertThat(coordinator.counters).containsEntry("reports_outdated", 1L);
    }

    private static void receive(BusNode receiver, Word word, BusNode sender) {
        WireWriter out = new WireWriter(64);
        WordCodec.encode(word, out);
        receiver.enter(() -> receiver.receive(Packet.to(receiver.self()).with(new MembershipHeader(word.kind()))
                .withPayload(out.array(), 0, out.length()), sender));
    }

    @Test
    void aReportOfADeadMemberIsMadeSureOfAndActedUpon() {
        group(4);
        bus.nodes.get(3).alive = false;
        bus.nodes.get(2).suspect(bus.nodes.get(3).self());
        bus.runFor(SECOND);

        assertThat(bus.nodes.get(0).view.size()).isEqualTo(3);
    }

    @Test
    void partsDoNotMergeOverALinkThatHardlyCarries() {
        group(2);
        bus.nodes.get(1).side = 1;
        bus.runFor(10 * SECOND);
        bus.linksAreGood = false;
        bus.nodes.get(1).side = 0;
        bus.runFor(20 * SECOND);
        assertThat(bus.nodes).allMatch(node -> node.view.size() == 1);

        bus.linksAreGood = true;
        bus.runFor(10 * SECOND);
        BusChecks.oneView(bus);
    }

    /** Kinds of the words sent to a member from now on. */
    private List<Integer> wordsTo(BusNode receiver) {
        List<Integer> kinds = new ArrayList<>();
        bus.departure = (node, packet) -> {
            MembershipHeader header = packet.header(MembershipHeader.class);
            if (header != null && receiver.self().equals(packet.destination())) {
                kinds.add(header.kind());
            }
        };
        return kinds;
    }

    @Test
    void aMemberThatWasRemovedWronglyComesBackByMerging() {
        group(4);
        bus.nodes.get(0).suspect(bus.nodes.get(3).self());
        bus.runFor(200 * Bus.MILLI);
        assertThat(bus.nodes.get(0).view.size()).isEqualTo(3);
        assertThat(bus.nodes.get(3).view.members()).containsExactly(bus.nodes.get(3).self());

        bus.runFor(10 * SECOND);
        BusChecks.safety(bus);
        BusChecks.oneView(bus);
    }

    @Test
    void aMemberThatStayedInAnEarlierViewComesBackByMerging() {
        group(3);
        BusNode coordinator = bus.nodes.get(0);
        BusNode behind = bus.nodes.get(1);
        bus.departure = (node, packet) -> sendHomeInstead(behind, node, packet);
        bus.nodes.get(2).leave();
        bus.runFor(20 * SECOND);
        assertThat(coordinator.view.contains(behind.self())).isTrue();
        assertThat(behind.view.id()).isLessThan(coordinator.view.id());

        bus.departure = (node, packet) -> { };
        coordinator.enter(() -> coordinator.event(new Event.MergeNeeded(List.of(behind.info()))));
        bus.runFor(10 * SECOND);
        BusChecks.safety(bus);
        BusChecks.oneView(bus);
    }

    /** Whoever is to install a view hears before that nothing comes of it. */
    private void sendHomeInstead(BusNode member, BusNode from, Packet packet) {
        if (member.self().equals(packet.destination()) && WordCodec.decode(packet) instanceof Word.Install install) {
            receive(member, new Word.Release(install.ballot()), from);
        }
    }

    @Test
    void aMemberThatShunsDisconnectsWhenRemoved() {
        group(2);
        BusNode proud = start(new Settings().set(GroupMembership.SHUN, true));
        proud.connect();
        bus.runFor(SECOND);
        bus.nodes.get(0).suspect(proud.self());
        bus.runFor(SECOND);

        assertThat(told(proud, Event.Disconnected.class)).hasSize(1);
        assertThat(told(proud, Event.Disconnected.class).get(0).byOthers()).isTrue();
    }

    @Test
    void aMemberWhoseFailureDetectionShunsDisconnectsWhenRemoved() {
        group(3);
        BusNode proud = bus.nodes.get(2);
        proud.enter(() -> proud.event(new Event.ShunExcluded()));
        bus.nodes.get(0).suspect(proud.self());
        bus.runFor(SECOND);

        assertThat(told(proud, Event.Disconnected.class)).extracting(Event.Disconnected::byOthers).containsExactly(true);
    }

    @Test
    void threePartsMergeIntoOneViewThatNamesThem() {
        group(6);
        bus.nodes.forEach(node -> node.side = node.number % 3);
        bus.runFor(10 * SECOND);
        assertThat(bus.nodes.stream().map(node -> node.view.id()).distinct()).hasSize(3);
        bus.nodes.forEach(node -> node.side = 0);
        bus.runFor(10 * SECOND);

        BusChecks.safety(bus);
        BusChecks.oneView(bus);
    }

    @Test
    void aWishForTheStateIsANewViewWithAProvider() {
        group(3);
        BusNode wishing = bus.nodes.get(2);
        View before = wishing.view;
        wishing.enter(() -> wishing.event(new Event.StateRequested()));
        bus.runFor(SECOND);

        assertThat(wishing.view.members()).isEqualTo(before.members());
        assertThat(wishing.view.id().counter()).isGreaterThan(before.id().counter());
        Event.ViewInstalled last = told(wishing, Event.ViewInstalled.class).get(wishing.views.size() - 1);
        assertThat(last.transfers())
                .containsExactly(new Event.StateTransfer(wishing.self(), bus.nodes.get(0).self()));
    }

    /** Asks, and tells who is to provide. */
    private Address providerFor(BusNode wishing, String from) {
        wishing.enter(() -> wishing.event(new Event.StateRequested(from)));
        bus.runFor(SECOND);
        Event.ViewInstalled last = told(wishing, Event.ViewInstalled.class).get(wishing.views.size() - 1);
        assertThat(last.transfers()).hasSize(1);
        assertThat(last.transfers().get(0).requester()).isEqualTo(wishing.self());
        return last.transfers().get(0).provider();
    }

    @Test
    void theStateComesFromTheMemberThatIsNamed() {
        group(4);
        BusNode wishing = bus.nodes.get(3);

        assertThat(providerFor(wishing, bus.nodes.get(2).self().id())).isEqualTo(bus.nodes.get(2).self());
        assertThat(providerFor(wishing, bus.nodes.get(1).self().name())).isEqualTo(bus.nodes.get(1).self());
        assertThat(providerFor(wishing, "")).isEqualTo(bus.nodes.get(0).self());
    }

    @Test
    void whoseStateIsIncompleteDoesNotProvideIt() {
        group(3);
        BusNode broken = bus.nodes.get(0);
        providerFor(broken, "");
        broken.enter(() -> broken.event(new StateSettled(false)));
        bus.runFor(SECOND);

        assertThat(providerFor(bus.nodes.get(2), "")).isEqualTo(bus.nodes.get(1).self());

        providerFor(broken, "");
        broken.enter(() -> broken.event(new StateSettled(true)));
        assertThat(providerFor(bus.nodes.get(1), "")).isEqualTo(broken.self());
    }

    @Test
    void whoWaitsForTheStateDoesNotProvideIt() {
        group(3);
        for (int i = 0; i < 2; i++) {
            BusNode wishing = bus.nodes.get(i);
            wishing.enter(() -> wishing.event(new Event.StateRequested()));
        }
        bus.runFor(SECOND);

        for (int i = 0; i < 2; i++) {
            BusNode wishing = bus.nodes.get(i);
            List<Event.StateTransfer> transfers = told(wishing, Event.ViewInstalled.class).stream()
                    .flatMap(installed -> installed.transfers().stream())
                    .filter(transfer -> transfer.requester().equals(wishing.self())).toList();
            assertThat(transfers).containsExactly(
                    new Event.StateTransfer(wishing.self(), bus.nodes.get(2).self()));
        }
    }

    @Test
    void theSettingsAreThoseOfTheStackDocument() {
        assertThat(new GroupMembership.Provider().settings()).extracting(setting -> setting.name()).contains("join_timeout",
                "join_retry_timeout", "leave_timeout", "print_local_addr", "shun", "disable_initial_coord",
                "view_bundling", "merge_timeout", "prepare_timeout");
        assertThat(new Settings().get(GroupMembership.JOIN_TIMEOUT)).isEqualTo(Duration.ofSeconds(3));
        assertThat(new GroupMembership.Provider().aliases()).containsExactly("pbcast.GMS");
    }
}
