package dev.muster.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.spi.MalformedException;
import dev.muster.spi.router.RouterAddress;
import dev.muster.spi.router.RouterCodec;
import dev.muster.spi.router.RouterMember;
import dev.muster.spi.router.RouterMessage;
import dev.muster.spi.router.RouterMessage.Kind;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoutingTest {

    private static final RouterAddress ANN = new RouterAddress.Id(0, 1);
    private static final RouterAddress BEN = new RouterAddress.Id(0, 2);
    private static final RouterAddress CAT = new RouterAddress.Id(0, 3);
    private static final RouterAddress HERE = new RouterAddress.Ip(new InetSocketAddress("127.0.0.1", 7800));

    private final RouterCounters counters = new RouterCounters();
    private final Routing routing = new Routing(true, counters);
    private final FakeClient ann = new FakeClient();
    private final FakeClient ben = new FakeClient();
    private final FakeClient cat = new FakeClient();

    private static final class FakeClient extends Client {
        private final List<RouterMessage> got = new ArrayList<>();
        private boolean full;

        @Override
        boolean send(ByteBuffer frame, boolean data) {
            if (full) {
                return false;
            }
            byte[] bytes = new byte[frame.remaining()];
            frame.duplicate().get(bytes);
            got.add(RouterCodec.read(bytes, RouterCodec.HEAD_BYTES, bytes.length - RouterCodec.HEAD_BYTES));
            return true;
        }

        private List<RouterMessage> take() {
            List<RouterMessage> taken = List.copyOf(got);
            got.clear();
            return taken;
        }
    }

    private static byte[] bytes(RouterMessage message) {
        ByteBuffer frame = RouterCodec.frame(message);
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        return bytes;
    }

    private void say(FakeClient client, RouterMessage message) {
        routing.received(client, bytes(message));
    }

    private void register(FakeClient client, RouterAddress member) {
        say(client, RouterMessage.register("g", member, "name", HERE));
    }

    private void threeRegister() {
        register(ann, ANN);
        register(ben, BEN);
        register(cat, CAT);
    }

    private static RouterMessage message(RouterAddress to, RouterAddress from) {
        return RouterMessage.message("g", to, from, ByteBuffer.wrap(new byte[] {1, 2, 3}));
    }

    private long count(RouterCounter counter) {
        return counters.snapshot().get(counter);
    }

    @Test
    void aRegistrationIsNotAnswered() {
        threeRegister();
        assertThat(ann.take()).isEmpty();
        assertThat(count(RouterCounter.MEMBERS)).isEqualTo(3);
    }

    @Test
    void aMessageForOneMemberGoesToThatOneAsItCame() {
        threeRegister();
        say(ann, message(BEN, ANN));
        assertThat(ben.take()).containsExactly(message(BEN, ANN));
        assertThat(ann.take()).isEmpty();
        assertThat(cat.take()).isEmpty();
    }

    @Test
    void aMessageForTheGroupGoesToAllButItsSender() {
        threeRegister();
        say(ann, message(null, ANN));
        assertThat(ann.take()).isEmpty();
        assertThat(ben.take()).containsExactly(message(null, ANN));
        assertThat(cat.take()).containsExactly(message(null, ANN));
    }

    @Test
    void otherGroupsHearNothing() {
        threeRegister();
        say(ann, RouterMessage.message("other", null, ANN, ByteBuffer.allocate(1)));
        assertThat(ben.take()).isEmpty();
    }

    @Test
    void messagesForUnknownMembersOrFromNobodyAreDropped() {
        register(ann, ANN);
        say(ann, message(BEN, ANN));
        say(ann, message(null, null));
        assertThat(count(RouterCounter.DROPPED_UNKNOWN_RECEIVER)).isEqualTo(1);
        assertThat(count(RouterCounter.DROPPED_NO_SENDER)).isEqualTo(1);
    }

    @Test
    void whoAsksForAGroupIsToldItsMembers() {
        register(ann, ANN);
        say(ben, RouterMessage.about(Kind.GET_MEMBERS, "g", null));
        assertThat(ben.take()).containsExactly(RouterMessage.members(Kind.LAST_MEMBERS, "g",
                List.of(RouterMember.server(ANN, "name", HERE))));
    }

    @Test
    void whoAsksForAnUnknownGroupIsToldThatItIsEmpty() {
        say(ben, RouterMessage.about(Kind.GET_MEMBERS, "nobody's", null));
        assertThat(ben.take()).containsExactly(RouterMessage.members(Kind.LAST_MEMBERS, "nobody's", List.of()));
    }

    @Test
    void whoAsksForAllGroupsIsToldOneAfterTheOther() {
        register(ann, ANN);
        say(ben, RouterMessage.register("h", BEN, null, null));
        say(cat, RouterMessage.about(Kind.GET_MEMBERS, null, null));
        assertThat(cat.take()).extracting(RouterMessage::kind, RouterMessage::group).containsExactly(
                org.assertj.core.groups.Tuple.tuple(Kind.MEMBERS, "<<all-groups>>:g"),
                org.assertj.core.groups.Tuple.tuple(Kind.LAST_MEMBERS, "<<all-groups>>:h"));
    }

    @Test
    void whoAsksForAllGroupsWhereThereAreNoneIsAnswered() {
        say(cat, RouterMessage.about(Kind.GET_MEMBERS, null, null));
        assertThat(cat.take()).containsExactly(RouterMessage.members(Kind.LAST_MEMBERS, null, List.of()));
    }

    @Test
    void aHeartbeatIsEchoed() {
        say(ann, RouterMessage.about(Kind.HEARTBEAT, null, null));
        assertThat(ann.take()).containsExactly(RouterMessage.about(Kind.HEARTBEAT, null, null));
    }

    @Test
    void theOthersAreToldOfAMemberWhoseConnectionIsLost() {
        threeRegister();
        routing.lost(ann);
        assertThat(ben.take()).containsExactly(RouterMessage.about(Kind.SUSPECT, "g", ANN));
        assertThat(cat.take()).containsExactly(RouterMessage.about(Kind.SUSPECT, "g", ANN));
    }

    @Test
    void nobodyIsToldWhereThatIsSwitchedOff() {
        Routing silent = new Routing(false, counters);
        silent.received(ann, bytes(RouterMessage.register("g", ANN, null, null)));
        silent.received(ben, bytes(RouterMessage.register("g", BEN, null, null)));
        silent.lost(ann);
        assertThat(ben.take()).isEmpty();
    }

    @Test
    void whoHasUnregisteredIsNotMissed() {
        threeRegister();
        say(ann, RouterMessage.about(Kind.UNREGISTER, "g", ANN));
        routing.lost(ann);
        assertThat(ben.take()).isEmpty();
        assertThat(count(RouterCounter.MEMBERS)).isEqualTo(2);
    }

    @Test
    void theLastRegistrationOfAMemberCounts() {
        register(ben, BEN);
        register(ann, ANN);
        register(cat, ANN);
        say(ben, message(ANN, BEN));
        assertThat(ann.take()).isEmpty();
        assertThat(cat.take()).hasSize(1);
        say(ann, RouterMessage.about(Kind.UNREGISTER, "g", ANN));
        routing.lost(ann);
        assertThat(ben.take()).as("the former connection does not count any more").isEmpty();
        say(ben, message(ANN, BEN));
        assertThat(cat.take()).hasSize(1);
    }

    @Test
    void aClientThatIsTooSlowLosesWhatTheOthersGet() {
        threeRegister();
        ben.full = true;
        say(ann, message(null, ANN));
        assertThat(cat.take()).hasSize(1);
        assertThat(count(RouterCounter.DROPPED_QUEUE_FULL)).isEqualTo(1);
    }

    @Test
    void oneClientCanRegisterOnlySoMany() {
        for (int number = 0; number < Routing.MOST_REGISTRATIONS + 10; number++) {
            register(ann, new RouterAddress.Id(1, number));
        }
        assertThat(count(RouterCounter.MEMBERS)).isEqualTo(Routing.MOST_REGISTRATIONS);
        assertThat(count(RouterCounter.DROPPED_REGISTRATIONS)).isEqualTo(10);
    }

    @Test
    void oneClientCanRegisterOnlyNamesOfSoMuchInAll() {
        String name = "n".repeat(5_000);
        for (int number = 0; number < 500; number++) {
            say(ann, RouterMessage.register(name + number, ANN, name, null));
        }
        assertThat(count(RouterCounter.MEMBERS)).isBetween(40L, 60L);
        long refused = count(RouterCounter.DROPPED_REGISTRATIONS);
        assertThat(refused).isEqualTo(500 - count(RouterCounter.MEMBERS));
        say(ann, RouterMessage.register(name + 0, ANN, name, null));
        assertThat(count(RouterCounter.DROPPED_REGISTRATIONS)).as("again takes no more").isEqualTo(refused);
        routing.lost(ann);
        register(ann, ANN);
        assertThat(count(RouterCounter.MEMBERS)).isEqualTo(1);
    }

    @Test
    void namesThatNobodyCouldBeToldAreRefused() {
        String longest = "n".repeat(0xFFFF);
        assertThatThrownBy(() -> say(ann, RouterMessage.register(longest, ANN, null, null)))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> say(ann, RouterMessage.register("g", ANN, longest, null)))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> say(ann, RouterMessage.about(Kind.GET_MEMBERS, longest, null)))
                .isInstanceOf(MalformedException.class);
        assertThat(count(RouterCounter.MEMBERS)).isZero();
    }

    @Test
    void theAnswerIsOfNow() {
        for (int members = 0; members < 3; members++) {
            say(ben, RouterMessage.about(Kind.GET_MEMBERS, "g", null));
            assertThat(ben.take().get(0).members()).hasSize(members);
            register(ann, new RouterAddress.Id(1, members));
        }
        say(ben, RouterMessage.about(Kind.GET_MEMBERS, "g", null));
        assertThat(ben.take().get(0).members()).hasSize(3);
        say(ann, RouterMessage.about(Kind.UNREGISTER, "g", new RouterAddress.Id(1, 0)));
        say(ben, RouterMessage.about(Kind.GET_MEMBERS, "g", null));
        assertThat(ben.take().get(0).members()).hasSize(2);
        register(ann, new RouterAddress.Id(1, 0));
        routing.lost(ann);
        register(cat, CAT);
        say(ben, RouterMessage.about(Kind.GET_MEMBERS, "g", null));
        assertThat(ben.take().get(0).members()).extracting(RouterMember::member).containsExactly(CAT);
    }

    @Test
    void nothingIsKeptOfGroupsThatAreOver() {
        threeRegister();
        List.of(ann, ben, cat).forEach(routing::lost);
        assertThat(count(RouterCounter.GROUPS)).isZero();
        assertThat(count(RouterCounter.MEMBERS)).isZero();
    }

    @Test
    void whatOnlyRoutersSayIsRefused() {
        for (Kind kind : List.of(Kind.SUSPECT, Kind.MEMBERS, Kind.LAST_MEMBERS)) {
            assertThatThrownBy(() -> say(ann, RouterMessage.about(kind, "g", ANN))).isInstanceOf(MalformedException.class);
        }
        assertThatThrownBy(() -> say(ann, RouterMessage.about(Kind.REGISTER, "g", null)))
                .isInstanceOf(MalformedException.class);
    }
}
