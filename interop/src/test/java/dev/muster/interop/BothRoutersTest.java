package dev.muster.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.spi.router.RouterAddress;
import dev.muster.spi.router.RouterCodec;
import dev.muster.spi.router.RouterFrameReader;
import dev.muster.spi.router.RouterMember;
import dev.muster.spi.router.RouterMessage;
import dev.muster.spi.router.RouterMessage.Kind;
import dev.muster.testkit.RouterClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same conversations with our router and with theirs: no client can tell which is which, but where it says so here. */
class BothRoutersTest {

    private static final RouterAddress ANN = new RouterAddress.Id(7, 1);
    private static final RouterAddress BEN = new RouterAddress.Id(7, 2);
    private static final RouterAddress CAT = new RouterAddress.Id(7, 3);
    private static final RouterAddress AT_ANN = new RouterAddress.Ip(new InetSocketAddress("127.0.0.1", 7801));

    /** Whose router. */
    enum Whose {
        OURS {
            @Override
            RestartableRouter start() throws Exception {
                return new OurRouter();
            }
        },
        THEIRS {
            @Override
            RestartableRouter start() throws Exception {
                return new TheirRouter();
            }
        },
        THEIRS_WITH_A_SELECTOR {
            @Override
            RestartableRouter start() throws Exception {
                return new TheirRouter(router -> router.useNio(true));
            }
        };

        abstract RestartableRouter start() throws Exception;
    }

    private static RouterClient member(RestartableRouter router, RouterAddress member) throws IOException {
        return RouterClient.connect(router.place()).registered("g", member);
    }

    private static RouterMessage message(RouterAddress to, RouterAddress from, int bytes) {
        return RouterMessage.message("g", to, from, ByteBuffer.wrap(Texts.of("said", bytes)));
    }

    private static RouterMessage question(String group) {
        return RouterMessage.about(Kind.GET_MEMBERS, group, null);
    }

    @ParameterizedTest
    @EnumSource
    void aMessageForOneMemberComesByteForByte(Whose whose) throws Exception {
        try (RestartableRouter router = whose.start(); RouterClient ann = member(router, ANN);
                RouterClient ben = member(router, BEN)) {
            RouterMessage message = message(BEN, ANN, 70_000);
            ann.say(message);
            ByteBuffer frame = RouterCodec.frame(message);
            assertThat(ben.hearBytes()).isEqualTo(Arrays.copyOfRange(frame.array(), RouterCodec.HEAD_BYTES, frame.limit()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aMessageForTheGroupComesToAllOthersAndWithTheirsToItsSenderToo(Whose whose) throws Exception {
        try (RestartableRouter router = whose.start(); RouterClient ann = member(router, ANN);
                RouterClient ben = member(router, BEN); RouterClient cat = member(router, CAT)) {
            RouterMessage message = message(null, ANN, 1_000);
            ann.say(message);
            assertThat(ben.hear()).isEqualTo(message);
            assertThat(cat.hear()).isEqualTo(message);
            if (whose != Whose.OURS) {
                assertThat(ann.hear()).isEqualTo(message);
            }
            ann.awaitDone();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoAsksForAGroupIsToldOfMembersWithNameAndPlace(Whose whose) throws Exception {
        try (RestartableRouter router = whose.start(); RouterClient ann = RouterClient.connect(router.place())) {
            ann.say(RouterMessage.register("g", ANN, "Ann", AT_ANN));
            ann.awaitDone();
            ann.say(question("g"));
            assertThat(ann.hear()).isEqualTo(RouterMessage.members(Kind.LAST_MEMBERS, "g",
                    List.of(RouterMember.server(ANN, "Ann", AT_ANN))));
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoAsksForAllGroupsIsToldOneAfterTheOther(Whose whose) throws Exception {
        try (RestartableRouter router = whose.start(); RouterClient ann = member(router, ANN)) {
            ann.registered("h", ANN);
            ann.say(question(null));
            RouterMessage first = ann.hear();
            RouterMessage last = ann.hear();
            assertThat(List.of(first.kind(), last.kind())).containsExactly(Kind.MEMBERS, Kind.LAST_MEMBERS);
            assertThat(List.of(first.group(), last.group())).containsExactlyInAnyOrder("<<all-groups>>:g", "<<all-groups>>:h");
        }
    }

    @ParameterizedTest
    @EnumSource
    void onlyOursAnswersWhoAsksForAGroupThatNobodyKnows(Whose whose) throws Exception {
        try (RestartableRouter router = whose.start(); RouterClient ann = member(router, ANN)) {
            ann.say(question("nobody's"));
            if (whose == Whose.OURS) {
                assertThat(ann.hear()).isEqualTo(RouterMessage.members(Kind.LAST_MEMBERS, "nobody's", List.of()));
            }
            ann.awaitDone();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoSaysGoodbyeIsNotMissedAndWhoseConnectionEndsIs(Whose whose) throws Exception {
        try (RestartableRouter router = whose.start(); RouterClient ann = member(router, ANN)) {
            try (RouterClient ben = member(router, BEN)) {
                ben.say(RouterMessage.about(Kind.UNREGISTER, "g", BEN));
                ben.awaitDone();
            }
            member(router, CAT).close();
            assertThat(ann.hear()).isEqualTo(RouterMessage.about(Kind.SUSPECT, "g", CAT));
            ann.awaitDone();
            ann.say(question("g"));
            assertThat(ann.hear().members()).extracting(RouterMember::member).containsExactly(ANN);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoSaysThatItClosesIsMissedOnceItHas(Whose whose) throws Exception {
        try (RestartableRouter router = whose.start(); RouterClient ann = member(router, ANN)) {
            try (RouterClient ben = member(router, BEN)) {
                ben.say(ByteBuffer.allocate(4).putInt(RouterFrameReader.ORDERLY_CLOSE).array());
            }
            assertThat(ann.hear()).isEqualTo(RouterMessage.about(Kind.SUSPECT, "g", BEN));
        }
    }

    @ParameterizedTest
    @EnumSource
    void theLastRegistrationOfAMemberCounts(Whose whose) throws Exception {
        try (RestartableRouter router = whose.start(); RouterClient ann = member(router, ANN);
                RouterClient ben = member(router, BEN); RouterClient again = member(router, ANN)) {
            ben.say(message(ANN, BEN, 10));
            assertThat(again.hear()).isEqualTo(message(ANN, BEN, 10));
            ann.awaitDone();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aMessageForNobodyIsDroppedAndTheConnectionGoesOn(Whose whose) throws Exception {
        try (RestartableRouter router = whose.start(); RouterClient ann = member(router, ANN)) {
            ann.say(message(CAT, ANN, 10));
            ann.awaitDone();
        }
    }
}
