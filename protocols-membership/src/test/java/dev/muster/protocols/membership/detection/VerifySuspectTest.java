package dev.muster.protocols.membership.detection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.Settings;
import dev.muster.spi.Event;
import dev.muster.spi.Event.Evidence;
import dev.muster.spi.Event.Suspected;
import dev.muster.spi.Packet;
import dev.muster.testkit.ProtocolHarness;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VerifySuspectTest {

    private static final Address ANN = ProtocolHarness.member(1);
    private static final Address BOB = ProtocolHarness.member(2);
    private static final Address CID = ProtocolHarness.member(3);
    private static final Address DAN = ProtocolHarness.member(4);
    private static final InetSocketAddress AT_BOB = new InetSocketAddress("127.0.0.1", 7801);

    private final ProtocolHarness ann = ProtocolHarness.of(new VerifySuspect.Provider()).start();

    @BeforeEach
    void joinBobAndCid() {
        ann.eventFromAbove(new Event.PhysicalAddresses(Map.of(BOB, AT_BOB)));
        ann.event(ProtocolHarness.viewInstalled(1, ANN, BOB, CID)).clear();
    }

    private void suspect(Evidence evidence) {
        ann.event(new Suspected(BOB, evidence));
    }

    private void answers() {
        ann.up(Packet.to(ANN).from(BOB, 1).with(new VerificationHeader(true, BOB)));
    }

    @Test
    void aSilentMemberIsAskedSeveralTimesAndSuspectedWhenItDoesNotAnswer() {
        suspect(Evidence.SILENCE);
        ann.advance(Duration.ofMillis(1_499));
        assertThat(ann.emittedUp()).isEmpty();
        assertThat(ann.letThrough()).isEmpty();
        assertThat(ann.passedDown()).hasSizeGreaterThan(3).allMatch(packet -> packet.header(VerificationHeader.class).equals(new VerificationHeader(false, BOB)));
        ann.advance(Duration.ofMillis(1));
        assertThat(ann.emittedUp()).containsExactly(new Suspected(BOB, Evidence.SILENCE));
    }

    @Test
    void howLongASuspectHasToAnswerIsForTheSettingsToSay() {
        ProtocolHarness patient = ProtocolHarness.of(new VerifySuspect.Provider(), new Settings()
                .set(VerifySuspect.TIMEOUT, Duration.ofSeconds(4)).set(VerifySuspect.CLOSED_TIMEOUT, Duration.ofSeconds(3)))
                .start().event(ProtocolHarness.viewInstalled(1, ANN, BOB, CID)).clear();
        patient.event(new Suspected(BOB, Evidence.SILENCE)).event(new Suspected(CID, Evidence.CONNECTION_CLOSED));
        patient.advance(Duration.ofMillis(2_999));
        assertThat(patient.emittedUp()).isEmpty();
        patient.advance(Duration.ofMillis(1));
        assertThat(patient.emittedUp()).containsExactly(new Suspected(CID, Evidence.CONNECTION_CLOSED));
        patient.clear().advance(Duration.ofMillis(999));
        assertThat(patient.emittedUp()).isEmpty();
        patient.advance(Duration.ofMillis(1));
        assertThat(patient.emittedUp()).containsExactly(new Suspected(BOB, Evidence.SILENCE));
    }

    @Test
    void anAnswerRefutesTheSuspicion() {
        suspect(Evidence.SILENCE);
        answers();
        ann.advance(Duration.ofSeconds(10));
        assertThat(ann.emittedUp()).containsExactly(new Event.Unsuspected(BOB));
        assertThat(ann.passedUp()).isEmpty();
    }

    @Test
    void beingHeardAgainRefutesTheSuspicionToo() {
        suspect(Evidence.SILENCE);
        ann.event(new Event.Unsuspected(BOB));
        ann.advance(Duration.ofSeconds(10));
        assertThat(ann.emittedUp()).isEmpty();
    }

    @Test
    void theTransportIsToldWhoIsSuspectedUntilItAnswers() {
        suspect(Evidence.SILENCE);
        suspect(Evidence.SILENCE);
        assertThat(ann.emittedDown()).containsExactly(new Event.SuspicionBegan(BOB));
        ann.clear();
        answers();
        answers();
        assertThat(ann.emittedDown()).containsExactly(new Event.SuspicionEnded(BOB));
    }

    @Test
    void theTransportIsToldWhoIsSuspectedUntilItIsHeardAgain() {
        ann.event(new Event.Unsuspected(BOB));
        suspect(Evidence.CONNECTION_CLOSED);
        ann.event(new Event.Unsuspected(BOB));
        assertThat(ann.emittedDown()).containsExactly(new Event.SuspicionBegan(BOB), new Event.SuspicionEnded(BOB));
    }

    @Test
    void whoDoesNotAnswerStaysSuspected() {
        suspect(Evidence.SILENCE);
        ann.advance(Duration.ofSeconds(10));
        assertThat(ann.emittedUp()).containsExactly(new Suspected(BOB, Evidence.SILENCE));
        assertThat(ann.emittedDown()).containsExactly(new Event.SuspicionBegan(BOB));
    }

    @Test
    void aRefusedConnectionNeedsNoVerification() {
        suspect(Evidence.CONNECTION_REFUSED);
        assertThat(ann.letThrough()).containsExactly(new Suspected(BOB, Evidence.CONNECTION_REFUSED));
        assertThat(ann.passedDown()).isEmpty();
    }

    @Test
    void aClosedConnectionIsVerifiedBriefly() {
        suspect(Evidence.CONNECTION_CLOSED);
        ann.advance(Duration.ofMillis(499));
        assertThat(ann.emittedUp()).isEmpty();
        ann.advance(Duration.ofMillis(1));
        assertThat(ann.emittedUp()).containsExactly(new Suspected(BOB, Evidence.CONNECTION_CLOSED));
    }

    @Test
    void theRefusalOfANewConnectionSettlesAClosedOneAtOnce() {
        suspect(Evidence.CONNECTION_CLOSED);
        assertThat(ann.passedDown()).as("the question makes the transport connect").hasSize(1);
        ann.event(new Event.Unreachable(AT_BOB));
        assertThat(ann.emittedUp()).containsExactly(new Suspected(BOB, Evidence.CONNECTION_REFUSED));
    }

    @Test
    void strongerEvidenceShortensTheVerificationAndWeakerDoesNotProlongIt() {
        suspect(Evidence.SILENCE);
        suspect(Evidence.CONNECTION_CLOSED);
        ann.advance(Duration.ofMillis(400));
        suspect(Evidence.SILENCE);
        ann.advance(Duration.ofMillis(100));
        assertThat(ann.emittedUp()).containsExactly(new Suspected(BOB, Evidence.CONNECTION_CLOSED));
    }

    @Test
    void aMemberThatWasStoppedItselfAsksAgainBeforeItConcludes() {
        suspect(Evidence.SILENCE);
        ann.clear().pause(Duration.ofSeconds(60));
        assertThat(ann.emittedUp()).isEmpty();
        assertThat(ann.passedDown()).isNotEmpty();
        answers();
        assertThat(ann.emittedUp()).containsExactly(new Event.Unsuspected(BOB));
    }

    @Test
    void aQuestionIsAnsweredOnlyByTheLifeThatIsMeant() {
        ann.up(Packet.to(ANN).from(BOB, 1).with(new VerificationHeader(false, ANN)));
        assertThat(ann.passedDown()).singleElement().satisfies(packet -> {
            assertThat(packet.destination()).isEqualTo(BOB);
            assertThat(packet.header(VerificationHeader.class)).isEqualTo(new VerificationHeader(true, ANN));
        });
        ann.clear().up(Packet.to(ANN).from(BOB, 1).with(new VerificationHeader(false, DAN)));
        assertThat(ann.passedDown()).isEmpty();
    }

    @Test
    void othersAreAskedToAskOnceTheFirstQuestionIsNotAnswered() {
        suspect(Evidence.SILENCE);
        ann.advance(Duration.ofMillis(1_400));
        assertThat(ann.passedDown()).extracting(Packet::destination).startsWith(BOB).contains(CID);
    }

    @Test
    void aMemberAsksOnBehalfOfAnotherAndTellsTheAnswer() {
        ann.up(Packet.to(ANN).from(CID, 1).with(new VerificationHeader(false, BOB)));
        assertThat(ann.passedDown()).extracting(Packet::destination).containsExactly(BOB);
        ann.clear();
        answers();
        assertThat(ann.passedDown()).singleElement().satisfies(packet -> {
            assertThat(packet.destination()).isEqualTo(CID);
            assertThat(packet.header(VerificationHeader.class)).isEqualTo(new VerificationHeader(true, BOB));
        });
        ann.clear();
        answers();
        assertThat(ann.passedDown()).as("told once").isEmpty();
    }

    @Test
    void nobodyAsksForStrangersOrAboutThem() {
        ann.up(Packet.to(ANN).from(CID, 1).with(new VerificationHeader(false, DAN)));
        ann.up(Packet.to(ANN).from(DAN, 1).with(new VerificationHeader(false, BOB)));
        assertThat(ann.passedDown()).isEmpty();
    }

    @Test
    void whatOthersReportIsMadeSureOfLikeASilence() {
        ann.eventFromAbove(new Event.SuspicionReported(BOB));
        ann.advance(Duration.ofMillis(1_499));
        assertThat(ann.emittedUp()).isEmpty();
        ann.advance(Duration.ofMillis(1));
        assertThat(ann.emittedUp()).containsExactly(new Suspected(BOB, Evidence.SILENCE));
        ann.clear().eventFromAbove(new Event.SuspicionReported(BOB));
        answers();
        assertThat(ann.emittedUp()).containsExactly(new Event.Unsuspected(BOB));
    }

    @Test
    void aLinkCarriesAsSoonAsMostQuestionsAreAnswered() {
        ann.eventFromAbove(new Event.LinkAsked(DAN, AT_BOB)).advance(Duration.ZERO);
        assertThat(ann.passedDown()).singleElement().satisfies(packet -> {
            assertThat(packet.physical()).isEqualTo(AT_BOB);
            assertThat(packet.header(VerificationHeader.class)).isEqualTo(new VerificationHeader(false, DAN));
        });
        for (int answers = 1; answers < LinkTrials.ANSWERS_NEEDED; answers++) {
            danAnswers();
            ann.advance(Duration.ofMillis(50));
        }
        assertThat(ann.emittedUp()).isEmpty();
        danAnswers();
        assertThat(ann.emittedUp()).containsExactly(new Event.LinkTried(DAN, true));
    }

    @Test
    void aLinkOnWhichTooLittleComesBackDoesNotCarry() {
        ann.eventFromAbove(new Event.LinkAsked(DAN, AT_BOB));
        for (int answers = 1; answers < LinkTrials.ANSWERS_NEEDED; answers++) {
            danAnswers();
        }
        ann.advance(Duration.ofSeconds(2));
        assertThat(ann.emittedUp()).containsExactly(new Event.LinkTried(DAN, false));
        assertThat(ann.passedDown()).hasSize(LinkTrials.QUESTIONS);
    }

    @Test
    void aLinkThatIsOneTooManyToTryIsAnsweredForAtOnce() {
        for (int count = 0; count < LinkTrials.MOST; count++) {
            ann.eventFromAbove(new Event.LinkAsked(ProtocolHarness.member(100 + count), AT_BOB));
        }
        assertThat(ann.emittedUp()).isEmpty();
        ann.eventFromAbove(new Event.LinkAsked(DAN, AT_BOB));
        assertThat(ann.emittedUp()).containsExactly(new Event.LinkTried(DAN, false));
    }

    private void danAnswers() {
        ann.up(Packet.to(ANN).from(DAN, 1).with(new VerificationHeader(true, DAN)));
    }

    @Test
    void whoHasLeftIsNotVerifiedAnyMore() {
        suspect(Evidence.SILENCE);
        ann.event(ProtocolHarness.viewInstalled(2, ANN, CID)).clear();
        ann.advance(Duration.ofSeconds(10));
        assertThat(ann.emittedUp()).isEmpty();
        assertThat(ann.passedDown()).isEmpty();
    }
}
