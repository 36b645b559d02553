package dev.muster.protocols.membership.detection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.Settings;
import dev.muster.spi.Event;
import dev.muster.spi.Event.Evidence;
import dev.muster.spi.Event.Suspected;
import dev.muster.spi.Network.CloseReason;
import dev.muster.spi.Packet;
import dev.muster.testkit.ProtocolHarness;
import dev.muster.testkit.ScriptedNetwork;
import dev.muster.testkit.ScriptedNetwork.ScriptedStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FdSockTest {

    private static final Address ANN = ProtocolHarness.member(1);
    private static final Address BOB = ProtocolHarness.member(2);
    private static final Address CID = ProtocolHarness.member(3);

    private final ScriptedNetwork network = new ScriptedNetwork();
    private final ProtocolHarness ann = ProtocolHarness.of(new FdSock.Provider()).network(network).start();

    @BeforeEach
    void joinBobAndCid() {
        ann.event(new Event.TransportReady(at(7800)));
        ann.event(ProtocolHarness.viewInstalled(1, ANN, BOB, CID));
    }

    private static InetSocketAddress at(int port) {
        return new InetSocketAddress("127.0.0.1", port);
    }

    /** Another member, whose network is its own. */
    private static ScriptedNetwork started(Settings settings, ScriptedNetwork own) {
        ProtocolHarness.of(new FdSock.Provider(), settings).network(own).start().event(new Event.TransportReady(at(7800)));
        return own;
    }

    private static InetSocketAddress listening(Settings settings, ScriptedNetwork own) {
        return started(settings, own).listeners().get(0).local();
    }

    private void tells(Address member, int port) {
        ann.up(Packet.to(ANN).from(member, 1).with(new ListenerHeader(at(port))));
    }

    private ScriptedStream last() {
        return network.streams().get(network.streams().size() - 1);
    }

    private void greets(ScriptedStream stream, Address member) {
        ann.call(() -> {
            stream.handler().connected();
            stream.handler().received(Watch.greeting(member));
        });
    }

    private void closes(ScriptedStream stream, CloseReason reason) {
        ann.call(() -> stream.handler().closed(reason, "test"));
    }

    private void watchBob() {
        tells(BOB, 501);
        greets(last(), BOB);
        ann.clear();
    }

    @Test
    void itListensWhereTheTransportIsUnlessToldOtherwise() {
        assertThat(listening(new Settings(), new ScriptedNetwork()).getHostString()).isEqualTo("127.0.0.1");
        assertThat(listening(new Settings().set(FdSock.BIND_ADDR, "127.0.0.9"), new ScriptedNetwork()).getHostString())
                .isEqualTo("127.0.0.9");
    }

    @Test
    void theFirstPortThatIsFreeFromStartPortOnIsTaken() {
        Settings settings = new Settings().set(FdSock.START_PORT, 9_900);
        ScriptedNetwork crowded = new ScriptedNetwork();
        crowded.taken(9_900, 9_901);
        assertThat(listening(settings, new ScriptedNetwork())).isEqualTo(at(9_900));
        assertThat(listening(settings, crowded)).isEqualTo(at(9_902));
    }

    @Test
    void theSystemProbesTheConnectionsFromBothSidesUnlessToldOtherwise() {
        assertThat(network.listeners().get(0).options().keepAlive()).isTrue();
        tells(BOB, 501);
        assertThat(last().options().keepAlive()).isTrue();

        Settings settings = new Settings().set(FdSock.KEEP_ALIVE, false);
        assertThat(started(settings, new ScriptedNetwork()).listeners().get(0).options().keepAlive()).isFalse();
    }

    @Test
    void whoeverDoesNotSayWhoItIsWithinTwiceConnectTimeoutIsSuspected() {
        ScriptedNetwork own = new ScriptedNetwork();
        ProtocolHarness hasty = ProtocolHarness.of(new FdSock.Provider(),
                new Settings().set(FdSock.CONNECT_TIMEOUT, Duration.ofMillis(200))).network(own).start();
        hasty.event(new Event.TransportReady(at(7800))).event(ProtocolHarness.viewInstalled(1, ANN, BOB, CID));
        hasty.up(Packet.to(ANN).from(BOB, 1).with(new ListenerHeader(at(501))));
        assertThat(own.streams().get(0).options().connectTimeoutNanos()).isEqualTo(200_000_000L);
        hasty.clear().advance(Duration.ofMillis(399));
        assertThat(hasty.emittedUp()).isEmpty();
        hasty.advance(Duration.ofMillis(1));
        assertThat(hasty.emittedUp()).containsExactly(new Suspected(BOB, Evidence.SILENCE));
    }

    @Test
    void theRightNeighbourIsAskedAndConnectedTo() {
        assertThat(ann.passedDown()).singleElement().satisfies(packet -> assertThat(packet.destination()).isEqualTo(BOB));
        tells(BOB, 501);
        assertThat(network.streams()).extracting(ScriptedStream::remote).containsExactly(at(501));
    }

    @Test
    void whoeverAsksIsToldWhereTheListenerIs() {
        ann.clear().up(Packet.to(ANN).from(CID, 1).with(new ListenerHeader(null)));
        assertThat(ann.passedDown()).singleElement().satisfies(packet -> assertThat(
                packet.header(ListenerHeader.class).listening()).isEqualTo(network.listeners().get(0).local()));
    }

    @Test
    void whoeverConnectsIsGreeted() {
        ann.call(() -> network.accept(0, at(50_000)));
        assertThat(last().takeWritten()).isEqualTo(Watch.greeting(ANN).array()).startsWith('M', 'S', 'F', 'D');
    }

    @Test
    void aDeadProcessIsKnownByTheRefusalOfANewConnection() {
        watchBob();
        closes(last(), CloseReason.CLOSED_BY_PEER);
        assertThat(ann.emittedUp()).isEmpty();
        assertThat(network.streams()).hasSize(2);
        closes(last(), CloseReason.REFUSED);
        assertThat(ann.emittedUp()).containsExactly(new Suspected(BOB, Evidence.CONNECTION_REFUSED));
        assertThat(ann.passedDown()).as("the next neighbour is asked").singleElement()
                .satisfies(packet -> assertThat(packet.destination()).isEqualTo(CID));
    }

    @Test
    void aConnectionThatIsOnlyLostIsMadeAgain() {
        watchBob();
        closes(last(), CloseReason.FAILED);
        greets(last(), BOB);
        ann.advance(Duration.ofMinutes(1));
        assertThat(ann.emittedUp()).isEmpty();
        assertThat(network.streams()).hasSize(2);
    }

    @Test
    void anotherLifeOnTheSamePortIsNotTakenForTheFormerOne() {
        watchBob();
        closes(last(), CloseReason.CLOSED_BY_PEER);
        greets(last(), ProtocolHarness.member(99));
        assertThat(ann.emittedUp()).containsExactly(new Suspected(BOB, Evidence.CONNECTION_REFUSED));
        assertThat(last().isClosed()).isTrue();
    }

    @Test
    void aNeighbourThatCanNotBeReachedIsSuspectedOfSilence() {
        watchBob();
        closes(last(), CloseReason.CLOSED_BY_PEER);
        closes(last(), CloseReason.TIMED_OUT);
        assertThat(ann.emittedUp()).containsExactly(new Suspected(BOB, Evidence.SILENCE));
    }

    @Test
    void aFirstConnectionThatIsRefusedIsOnlyAHintThatNeedsVerification() {
        tells(BOB, 501);
        closes(last(), CloseReason.REFUSED);
        assertThat(ann.emittedUp()).containsExactly(new Suspected(BOB, Evidence.CONNECTION_CLOSED));
    }

    @Test
    void anOrderlyCloseIsNoDeath() {
        watchBob();
        ann.call(() -> last().handler().received(ByteBuffer.wrap(new byte[] {Watch.ON_PURPOSE})));
        closes(last(), CloseReason.CLOSED_BY_PEER);
        assertThat(ann.emittedUp()).isEmpty();
        assertThat(ann.passedDown()).singleElement().satisfies(packet -> assertThat(packet.destination()).isEqualTo(CID));
    }

    @Test
    void stoppingLeavesTheMark() {
        ann.call(() -> network.accept(0, at(50_000)));
        last().takeWritten();
        ann.stop();
        assertThat(last().takeWritten()).containsExactly(Watch.ON_PURPOSE);
        assertThat(network.listeners().get(0).isClosed()).isTrue();
    }

    @Test
    void aNeighbourThatAcceptsButSaysNothingIsSuspectedOfSilence() {
        tells(BOB, 501);
        ann.call(() -> last().handler().connected());
        ann.advance(Duration.ofSeconds(2));
        assertThat(ann.emittedUp()).containsExactly(new Suspected(BOB, Evidence.SILENCE));
    }

    @Test
    void aSuspectedNeighbourIsLookedAtAgainAsLongAsItStaysInTheView() {
        watchBob();
        closes(last(), CloseReason.CLOSED_BY_PEER);
        closes(last(), CloseReason.REFUSED);
        ann.clear().advance(Duration.ofSeconds(2));
        assertThat(ann.passedDown()).extracting(Packet::destination).contains(BOB);
    }

    @Test
    void aConnectionThatTheTransportLosesIsReportedForVerification() {
        ann.clear().event(new Event.ConnectionLost(CID)).event(new Event.ConnectionLost(ProtocolHarness.member(99)));
        assertThat(ann.emittedUp()).containsExactly(new Suspected(CID, Evidence.CONNECTION_CLOSED));
    }

    @Test
    void aNewNeighbourTakesThePlaceOfTheFormerOne() {
        watchBob();
        ScriptedStream toBob = last();
        ann.event(ProtocolHarness.viewInstalled(2, ANN, CID));
        tells(CID, 502);
        assertThat(toBob.isClosed()).isTrue();
        assertThat(last().remote()).isEqualTo(at(502));
    }
}
