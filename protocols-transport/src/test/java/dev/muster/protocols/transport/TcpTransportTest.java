package dev.muster.protocols.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.Settings;
import dev.muster.spi.Event;
import dev.muster.spi.Network;
import dev.muster.spi.Network.CloseReason;
import dev.muster.spi.Packet;
import dev.muster.spi.TransportSettings;
import dev.muster.spi.WireWriter;
import dev.muster.testkit.ProtocolHarness;
import dev.muster.testkit.ScriptedNetwork;
import dev.muster.testkit.ScriptedNetwork.ScriptedStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TcpTransportTest {

    private static final Address ANN = ProtocolHarness.member(1);
    private static final Address BOB = ProtocolHarness.member(2);
    private static final Address CID = ProtocolHarness.member(3);
    private static final Address LOW = Address.of(0, 0, "low");
    private static final InetSocketAddress AT_BOB = at(7801);
    private static final InetSocketAddress AT_CID = at(7802);

    private final ScriptedNetwork network = new ScriptedNetwork();
    private ProtocolHarness ann = harness(new Settings(), network);

    private static InetSocketAddress at(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static ProtocolHarness harness(Settings settings, Network network) {
        return ProtocolHarness.of(new TcpTransport.Provider(), settings).network(network).start();
    }

    private void knowBobAndCid() {
        ann.eventFromAbove(new Event.PhysicalAddresses(Map.of(BOB, AT_BOB)));
        ann.eventFromAbove(new Event.PhysicalAddresses(Map.of(CID, AT_CID)));
        ann.event(ProtocolHarness.viewInstalled(1, ANN, BOB, CID));
    }

    static byte[] hello(Address member, InetSocketAddress listening) {
        WireWriter out = new WireWriter(64).writeInt(0);
        new Hello(member, listening).encode(out);
        out.setInt(0, FrameReader.head(FrameReader.HELLO, out.length() - 4));
        return out.toByteArray();
    }

    private void connect(ScriptedStream stream, Address member, InetSocketAddress listening) {
        ann.call(() -> stream.handler().connected());
        receive(stream, hello(member, listening));
    }

    private void receive(ScriptedStream stream, byte[] bytes) {
        ann.call(() -> {
            stream.handler().received(ByteBuffer.wrap(bytes));
            stream.handler().receivedAll();
        });
    }

    private void close(ScriptedStream stream, CloseReason reason) {
        ann.call(() -> stream.handler().closed(reason, "test"));
    }

    private static Packet payload(int length, int fill) {
        byte[] bytes = new byte[length];
        java.util.Arrays.fill(bytes, (byte) fill);
        return Packet.toGroup().withFlags(Packet.DATA).withPayload(bytes, 0, length);
    }

    @Test
    void itTellsWhereItIsReachedAsSoonAsItListens() {
        assertThat(ann.emittedUp(Event.TransportReady.class)).containsExactly(new Event.TransportReady(at(7800)));
        assertThat(network.listeners()).hasSize(1);
    }

    @Test
    void theExternalAddressIsToldInItsPlace() {
        Settings settings = new Settings().set(TcpTransport.EXTERNAL_ADDR, "10.1.2.3").set(TcpTransport.EXTERNAL_PORT, 99);
        assertThat(harness(settings, new ScriptedNetwork()).emittedUp(Event.TransportReady.class))
                .containsExactly(new Event.TransportReady(new InetSocketAddress("10.1.2.3", 99)));
    }

    @Test
    void whoListensOnAllAddressesTellsOneThatOthersMayReach() {
        Settings settings = new Settings().set(TransportSettings.BIND_ADDR, "0.0.0.0");
        assertThat(harness(settings, new ScriptedNetwork()).emittedUp(Event.TransportReady.class)).singleElement()
                .satisfies(ready -> assertThat(ready.local().getAddress().isAnyLocalAddress()).isFalse());
    }

    @Test
    void aGroupPacketGoesToAllOthersWithTheSameBytes() {
        knowBobAndCid();
        ann.down(payload(100, 7));
        assertThat(network.streams()).extracting(ScriptedStream::remote).containsExactly(AT_BOB, AT_CID);
        connect(network.stream(0), BOB, AT_BOB);
        connect(network.stream(1), CID, AT_CID);

        byte[] toBob = network.stream(0).takeWritten();
        assertThat(toBob).isEqualTo(network.stream(1).takeWritten()).startsWith(hello(ANN, at(7800)));
        assertThat(ann.counter("packets_sent")).isEqualTo(2);
    }

    @Test
    void whatOneWritesTheOtherReadsAsOneBatch() {
        knowBobAndCid();
        ann.down(payload(100, 7)).down(payload(60_000, 8));
        connect(network.stream(0), BOB, AT_BOB);
        byte[] written = network.stream(0).takeWritten();

        ScriptedNetwork other = new ScriptedNetwork();
        ProtocolHarness bob = ProtocolHarness.of(new TcpTransport.Provider()).self(BOB).network(other).start();
        bob.call(() -> {
            ScriptedStream stream = other.accept(0, at(50_000));
            stream.handler().received(ByteBuffer.wrap(written));
            stream.handler().receivedAll();
        });

        assertThat(bob.passedUp()).extracting(Packet::length).containsExactly(100, 60_000);
        assertThat(bob.passedUp()).allMatch(packet -> packet.source().equals(ANN) && packet.has(Packet.DATA));
        assertThat(bob.passedUp().get(1).buffer()[bob.passedUp().get(1).offset() + 59_999]).isEqualTo((byte) 8);
    }

    @Test
    void aConnectionThatAPeerOpenedIsUsedForSendingToIt() {
        ann.call(() -> network.accept(0, at(50_000)));
        receive(network.stream(0), hello(BOB, AT_BOB));
        network.stream(0).takeWritten();

        ann.down(Packet.to(BOB));
        assertThat(network.streams()).hasSize(1);
        assertThat(network.stream(0).takeWritten()).isNotEmpty();
    }

    @Test
    void aRefusedConnectionIsReportedAndTriedAgainNoSoonerThanTheBackoff() {
        ann.down(Packet.toPhysical(AT_BOB));
        close(network.stream(0), CloseReason.REFUSED);
        assertThat(ann.emittedUp(Event.Unreachable.class)).containsExactly(new Event.Unreachable(AT_BOB));

        ann.down(Packet.toPhysical(AT_BOB)).down(Packet.toPhysical(AT_BOB));
        assertThat(network.streams()).hasSize(1);
        ann.advance(Duration.ofMillis(20));
        assertThat(network.streams()).hasSize(2);
        ann.advance(Duration.ofSeconds(1));
        assertThat(network.streams()).as("one attempt at a time").hasSize(2);
    }

    @Test
    void whatIsSentDuringAnOldAttemptBeginsANewOneAndTheFirstToSucceedIsUsed() {
        ann.down(Packet.toPhysical(AT_BOB));
        ann.advance(Duration.ofMillis(249)).down(Packet.toPhysical(AT_BOB));
        assertThat(network.streams()).as("attempts within a quarter of a second").hasSize(1);
        ann.advance(Duration.ofMillis(1)).down(Packet.toPhysical(AT_BOB));
        assertThat(network.streams()).as("attempts later").hasSize(2);

        connect(network.stream(1), BOB, AT_BOB);
        assertThat(network.stream(0).isClosed()).as("the old attempt is given up").isTrue();
        assertThat(network.stream(1).takeWritten()).isNotEmpty();
        assertThat(ann.emittedUp(Event.Unreachable.class)).isEmpty();
    }

    @Test
    void anOldAttemptThatSucceedsAfterAllIsUsed() {
        ann.down(Packet.toPhysical(AT_BOB));
        ann.advance(Duration.ofMillis(250)).down(Packet.toPhysical(AT_BOB));
        connect(network.stream(0), BOB, AT_BOB);
        assertThat(network.stream(1).isClosed()).as("the new attempt is given up").isTrue();
        ann.down(Packet.toPhysical(AT_BOB));
        assertThat(network.streams()).hasSize(2);
    }

    @Test
    void anOldAttemptThatFailsIsReportedAndANewOneGoesOn() {
        ann.down(Packet.toPhysical(AT_BOB));
        ann.advance(Duration.ofMillis(250)).down(Packet.toPhysical(AT_BOB));
        close(network.stream(0), CloseReason.TIMED_OUT);
        assertThat(ann.emittedUp(Event.Unreachable.class)).containsExactly(new Event.Unreachable(AT_BOB));

        int hello = hello(ANN, at(7800)).length;
        connect(network.stream(1), BOB, AT_BOB);
        assertThat(network.stream(1).takeWritten().length).as("what waited is sent").isGreaterThan(hello);
    }

    @Test
    void aPeerThatNeverSaysHelloIsUnreachable() {
        ann.down(Packet.toPhysical(AT_BOB));
        ann.call(() -> network.stream(0).handler().connected());
        ann.advance(Duration.ofSeconds(2));
        assertThat(ann.emittedUp(Event.Unreachable.class)).containsExactly(new Event.Unreachable(AT_BOB));
        assertThat(network.stream(0).isClosed()).isTrue();
    }

    @Test
    void whoeverConnectsAndNeverSaysHelloIsTurnedOut() {
        ann.call(() -> network.accept(0, at(50_000)));
        ann.advance(Duration.ofSeconds(2));
        assertThat(network.stream(0).isClosed()).isTrue();
    }

    @Test
    void itsOwnAddressIsUnreachable() {
        ann.down(Packet.toPhysical(AT_BOB));
        connect(network.stream(0), ANN, at(7800));
        assertThat(ann.emittedUp(Event.Unreachable.class)).containsExactly(new Event.Unreachable(AT_BOB));
        assertThat(network.stream(0).isClosed()).isTrue();
    }

    @Test
    void aBrokenConnectionIsReportedButAnOrderlyCloseIsNot() {
        knowBobAndCid();
        ann.down(payload(1, 1));
        connect(network.stream(0), BOB, AT_BOB);
        connect(network.stream(1), CID, AT_CID);

        close(network.stream(0), CloseReason.CLOSED_BY_PEER);
        receive(network.stream(1), new byte[] {FrameReader.CLOSE, 0, 0, 0});
        close(network.stream(1), CloseReason.CLOSED_BY_PEER);

        assertThat(ann.emittedUp(Event.ConnectionLost.class)).containsExactly(new Event.ConnectionLost(BOB));
        assertThat(ann.emittedUp(Event.Unreachable.class)).isEmpty();
    }

    @Test
    void oneOfTwoConnectionsMayBreakAndTheOtherTakesOver() {
        knowBobAndCid();
        ann.down(Packet.to(BOB));
        connect(network.stream(0), BOB, AT_BOB);
        ann.call(() -> network.accept(0, at(50_000)));
        ScriptedStream second = network.streams().get(1);
        receive(second, hello(BOB, AT_BOB));
        second.takeWritten();

        close(network.stream(0), CloseReason.FAILED);
        assertThat(ann.emittedUp(Event.ConnectionLost.class)).isEmpty();
        ann.down(Packet.to(BOB));
        assertThat(second.takeWritten()).isNotEmpty();
    }

    @Test
    void ofTwoConnectionsBothSidesUseTheOneThatTheLowerAddressOpenedOnceThereIsQuiet() {
        ann.eventFromAbove(new Event.PhysicalAddresses(Map.of(LOW, AT_BOB)));
        ann.down(Packet.to(LOW));
        connect(network.stream(0), LOW, AT_BOB);
        ann.call(() -> network.accept(0, at(50_000)));
        ScriptedStream theirs = network.streams().get(1);
        receive(theirs, hello(LOW, AT_BOB));
        theirs.takeWritten();
        network.stream(0).takeWritten();

        ann.advance(Duration.ofMillis(9)).down(Packet.to(LOW));
        assertThat(network.stream(0).takeWritten()).as("what is on its way is not overtaken").isNotEmpty();
        ann.advance(Duration.ofMillis(10)).down(Packet.to(LOW));
        assertThat(network.stream(0).takeWritten()).isEmpty();
        assertThat(theirs.takeWritten()).isNotEmpty();
    }

    @Test
    void ofTwoConnectionsTheOneThatTheLowerAddressOpenedHereStaysInUse() {
        knowBobAndCid();
        ann.down(Packet.to(BOB));
        connect(network.stream(0), BOB, AT_BOB);
        ann.call(() -> network.accept(0, at(50_000)));
        ScriptedStream theirs = network.streams().get(1);
        receive(theirs, hello(BOB, AT_BOB));
        theirs.takeWritten();

        ann.advance(Duration.ofSeconds(1)).down(Packet.to(BOB));
        assertThat(theirs.takeWritten()).isEmpty();
    }

    @Test
    void anotherLifeAtTheSamePlaceEndsTheFormerOne() {
        ann.call(() -> network.accept(0, at(50_000)));
        receive(network.stream(0), hello(BOB, AT_BOB));
        ann.call(() -> network.accept(0, at(50_001)));
        receive(network.stream(1), hello(CID, AT_BOB));

        assertThat(ann.emittedUp(Event.ConnectionLost.class)).containsExactly(new Event.ConnectionLost(BOB));
        assertThat(network.stream(0).isClosed()).isTrue();
        ann.down(Packet.to(BOB));
        assertThat(ann.counter("dropped_unknown_receiver")).isEqualTo(1);
    }

    @Test
    void aSlowPeerFillsOnlyItsOwnQueueAndControlPacketsStillGetIn() {
        ann = harness(new Settings().set(TcpTransport.SEND_QUEUE_BYTES, 200_000L), network);
        knowBobAndCid();
        ann.down(payload(1, 1));
        connect(network.stream(0), BOB, AT_BOB);
        connect(network.stream(1), CID, AT_CID);
        network.stream(0).room(0);
        for (int i = 0; i < 10; i++) {
            ann.down(payload(60_000, i));
        }
        network.stream(1).takeWritten();
        assertThat(ann.counter("dropped_queue_full")).isEqualTo(7);

        ann.down(Packet.to(BOB));
        assertThat(ann.counter("dropped_queue_full")).isEqualTo(7);
        assertThat(network.stream(0).wantsWritable()).isTrue();
        network.stream(0).room(Long.MAX_VALUE);
        network.stream(0).takeWritten();
        ann.call(() -> network.stream(0).handler().writable());
        assertThat(network.stream(0).takeWritten().length).isGreaterThan(180_000);
        assertThat(network.stream(0).wantsWritable()).isFalse();
    }

    @Test
    void aSuspectedMemberGetsNoDataForItselfButWordsOfControlAndGroupPackets() {
        connectBobAndCid();
        ann.eventFromAbove(new Event.SuspicionBegan(BOB));
        ann.down(dataTo(BOB)).down(dataTo(CID));
        assertThat(network.stream(0).takeWritten()).isEmpty();
        assertThat(network.stream(1).takeWritten()).isNotEmpty();
        assertThat(ann.counter("skipped_suspected")).isEqualTo(1);

        ann.down(Packet.to(BOB));
        assertThat(network.stream(0).takeWritten()).as("a question of verification").isNotEmpty();
        ann.down(payload(100, 1));
        assertThat(network.stream(0).takeWritten()).as("a packet to the group").isNotEmpty();
    }

    @Test
    void dataGoToAMemberAgainAsSoonAsItIsTakenForWell() {
        connectBobAndCid();
        ann.eventFromAbove(new Event.SuspicionBegan(BOB)).eventFromAbove(new Event.SuspicionBegan(BOB));
        ann.eventFromAbove(new Event.SuspicionEnded(BOB));
        ann.down(dataTo(BOB));
        assertThat(network.stream(0).takeWritten()).isNotEmpty();
    }

    @Test
    void aSuspicionEndsWithTheViewThatRemovesTheMemberAndNotWithOneThatKeepsIt() {
        connectBobAndCid();
        ann.eventFromAbove(new Event.SuspicionBegan(BOB)).event(ProtocolHarness.viewInstalled(2, ANN, BOB));
        ann.down(dataTo(BOB));
        assertThat(ann.counter("skipped_suspected")).isEqualTo(1);

        ann.event(ProtocolHarness.viewInstalled(3, ANN)).event(ProtocolHarness.viewInstalled(4, ANN, BOB)).down(dataTo(BOB));
        assertThat(ann.counter("skipped_suspected")).isEqualTo(1);
    }

    @Test
    void strangersAreNotSuspectedAndNobodyIsWhereTheSettingSaysSo() {
        knowBobAndCid();
        ann.event(ProtocolHarness.viewInstalled(2, ANN, CID));
        ann.eventFromAbove(new Event.SuspicionBegan(BOB)).down(dataTo(BOB));
        assertThat(ann.counter("skipped_suspected")).isZero();

        ann = harness(new Settings().set(TcpTransport.SKIP_SUSPECTED_MEMBERS, false), network);
        knowBobAndCid();
        ann.eventFromAbove(new Event.SuspicionBegan(BOB)).down(dataTo(BOB));
        assertThat(ann.counter("skipped_suspected")).isZero();
    }

    private void connectBobAndCid() {
        knowBobAndCid();
        ann.down(payload(1, 1));
        connect(network.stream(0), BOB, AT_BOB);
        connect(network.stream(1), CID, AT_CID);
        network.stream(0).takeWritten();
        network.stream(1).takeWritten();
    }

    private static Packet dataTo(Address member) {
        return Packet.to(member).withFlags(Packet.DATA).withPayload(new byte[100], 0, 100);
    }

    @Test
    void nonsenseClosesTheConnectionAndABrokenPacketOnlyCostsThePacket() {
        ann.call(() -> network.accept(0, at(50_000)));
        receive(network.stream(0), hello(BOB, AT_BOB));
        receive(network.stream(0), new byte[] {0, 0, 0, 3, 1, 2, 3});
        assertThat(network.stream(0).isClosed()).isFalse();
        assertThat(ann.counter("malformed")).isEqualTo(1);

        receive(network.stream(0), "GET / HTTP/1.1".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThat(network.stream(0).isClosed()).isTrue();
        assertThat(ann.counter("malformed")).isEqualTo(2);
        assertThat(ann.emittedUp(Event.ConnectionLost.class)).hasSize(1);
    }

    @Test
    void packetsBeforeHelloAreNotAccepted() {
        ann.call(() -> network.accept(0, at(50_000)));
        receive(network.stream(0), new byte[] {0, 0, 0, 3, 1, 2, 3});
        assertThat(network.stream(0).isClosed()).isTrue();
        assertThat(ann.passedUp()).isEmpty();
    }

    @Test
    void idleConnectionsAreClosedWithTheMarkIfAskedFor() {
        ann = harness(new Settings().set(TcpTransport.CONN_EXPIRE_TIME, Duration.ofSeconds(10))
                .set(TcpTransport.REAPER_INTERVAL, Duration.ofSeconds(1)), network);
        ann.call(() -> network.accept(1, at(50_000)));
        receive(network.stream(0), hello(BOB, AT_BOB));
        network.stream(0).takeWritten();
        ann.advance(Duration.ofSeconds(9));
        assertThat(network.stream(0).isClosed()).isFalse();
        ann.advance(Duration.ofSeconds(2));
        assertThat(network.stream(0).isClosed()).isTrue();
        assertThat(network.stream(0).takeWritten()).containsExactly(FrameReader.CLOSE, 0, 0, 0);
    }

    /** The mark would not get through. */
    @Test
    void aConnectionOnWhichSomethingWaitsIsNotIdle() {
        ann = harness(new Settings().set(TcpTransport.CONN_EXPIRE_TIME, Duration.ofSeconds(10))
                .set(TcpTransport.REAPER_INTERVAL, Duration.ofSeconds(1)), network);
        ann.call(() -> network.accept(1, at(50_000)));
        receive(network.stream(0), hello(BOB, AT_BOB));
        network.stream(0).room(0);
        ann.down(Packet.to(BOB));
        ann.advance(Duration.ofSeconds(30));
        assertThat(network.stream(0).isClosed()).isFalse();

        network.stream(0).room(Long.MAX_VALUE);
        ann.call(() -> network.stream(0).handler().writable());
        network.stream(0).takeWritten();
        ann.advance(Duration.ofSeconds(12));
        assertThat(network.stream(0).takeWritten()).containsExactly(FrameReader.CLOSE, 0, 0, 0);
    }

    @Test
    void everyWishAboutSocketsReachesThoseThatItOpensAndThoseThatItAccepts() {
        ann = harness(new Settings().set(TcpTransport.TCP_NODELAY, false).set(TcpTransport.SEND_BUF_SIZE, 1_000L)
                .set(TcpTransport.RECV_BUF_SIZE, 2_000L).set(TcpTransport.SOCK_CONN_TIMEOUT, Duration.ofSeconds(7)), network);
        ann.call(() -> network.accept(1, at(50_000))).down(Packet.toPhysical(AT_BOB));
        Network.StreamOptions wishes = new Network.StreamOptions(false, 1_000, 2_000, Duration.ofSeconds(7).toNanos());
        assertThat(network.streams()).extracting(ScriptedStream::options).containsExactly(wishes, wishes);
    }

    /** What is half-dead the system would try again minutes after it could. */
    @Test
    void withAMemberThatIsRemovedConnectionsBeginAnew() {
        connectBobAndCid();
        network.stream(1).room(0);
        ann.down(payload(1, 2));

        ann.event(ProtocolHarness.viewInstalled(2, ANN, BOB));
        assertThat(network.stream(0).isClosed()).isFalse();
        assertThat(network.stream(1).isClosed()).isTrue();
        assertThat(ann.emittedUp(Event.ConnectionLost.class)).isEmpty();
        ann.down(Packet.to(CID));
        assertThat(network.streams()).extracting(ScriptedStream::remote).containsExactly(AT_BOB, AT_CID, AT_CID);
    }

    @Test
    void stoppingClosesEverythingWithTheMark() {
        ann.call(() -> network.accept(0, at(50_000)));
        receive(network.stream(0), hello(BOB, AT_BOB));
        network.stream(0).takeWritten();
        ann.stop();
        assertThat(network.stream(0).takeWritten()).containsExactly(FrameReader.CLOSE, 0, 0, 0);
        assertThat(network.listeners().get(0).isClosed()).isTrue();
    }

    @Test
    void contradictorySettingsAreReported() {
        List<String> problems = new java.util.ArrayList<>();
        new TcpTransport.Provider().validate(new Settings().set(TcpTransport.START_PORT, 8000)
                .set(TcpTransport.END_PORT, 7000), problems::add);
        assertThat(problems).singleElement().asString().contains("end_port=7000").contains("start_port=8000");
    }

    @Test
    void packetsFillTheBundleSizeButForHeads() {
        assertThat(ann.limits().packetBytes()).isBetween(63_000, 64_000);
        assertThat(ann.limits().packed()).isTrue();
    }
}
