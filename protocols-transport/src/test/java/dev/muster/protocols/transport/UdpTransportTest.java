package dev.muster.protocols.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.Address;
import dev.muster.api.ConfigurationException;
import dev.muster.api.Settings;
import dev.muster.spi.Event;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketCodec;
import dev.muster.spi.TransportSettings;
import dev.muster.testkit.ProtocolHarness;
import dev.muster.testkit.ScriptedNetwork;
import dev.muster.testkit.ScriptedNetwork.ScriptedDatagrams;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UdpTransportTest {

    private static final Address ANN = ProtocolHarness.member(1);
    private static final Address BOB = ProtocolHarness.member(2);
    private static final Address CID = ProtocolHarness.member(3);
    private static final InetSocketAddress AT_BOB = at(7801);
    private static final InetSocketAddress AT_CID = at(7802);
    private static final InetSocketAddress GROUP = new InetSocketAddress("228.11.11.11", 45_588);

    private final ScriptedNetwork network = new ScriptedNetwork();
    private final Settings settings = new Settings().set(UdpSettings.BIND_PORT, 7800);

    private static InetSocketAddress at(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private ProtocolHarness start() {
        return ProtocolHarness.of(new UdpTransport.Provider(), settings).network(network).start();
    }

    private ProtocolHarness startInGroup() {
        ProtocolHarness ann = start();
        ann.eventFromAbove(new Event.PhysicalAddresses(Map.of(BOB, AT_BOB)));
        ann.eventFromAbove(new Event.PhysicalAddresses(Map.of(CID, AT_CID)));
        return ann.event(ProtocolHarness.viewInstalled(1, ANN, BOB, CID));
    }

    private static Packet payload(int length) {
        return Packet.toGroup().withFlags(Packet.DATA).withPayload(new byte[length], 0, length);
    }

    private List<InetSocketAddress> sent() {
        return sent(0);
    }

    private List<InetSocketAddress> sent(int socket) {
        return network.sockets().get(socket).sent().stream().map(ScriptedNetwork.SentDatagram::remote).toList();
    }

    /** What Bob would send. */
    private byte[] datagramOf(Packet packet, ProtocolHarness ann) {
        int before = network.sockets().get(0).sent().size();
        ann.down(packet);
        return network.sockets().get(0).sent().get(before).bytes();
    }

    private static void receive(ProtocolHarness ann, ScriptedDatagrams socket, byte[] bytes, InetSocketAddress from) {
        ann.call(() -> {
            socket.handler().received(ByteBuffer.wrap(bytes), from);
            socket.handler().receivedAll();
        });
    }

    @Test
    void itTellsWhereItIsReachedAndThenByWhichGroupEverybodyIs() {
        ProtocolHarness ann = start();
        assertThat(ann.emittedUp()).containsSubsequence(new Event.TransportReady(at(7800)), new Event.MulticastReady(GROUP));
        assertThat(network.subscriptions()).singleElement().satisfies(joined -> {
            assertThat(joined.group()).isEqualTo(GROUP);
            assertThat(joined.interfaces()).containsExactly(InetAddress.getLoopbackAddress());
        });
    }

    @Test
    void aGroupPacketIsOneMulticastForAll() {
        ProtocolHarness ann = startInGroup();
        ann.down(payload(100));
        assertThat(sent()).containsExactly(GROUP);
    }

    @Test
    void withoutMulticastAGroupPacketGoesToEachOtherMember() {
        settings.set(TransportSettings.IP_MCAST, false);
        ProtocolHarness ann = startInGroup();
        ann.down(payload(100));
        assertThat(sent()).containsExactly(AT_BOB, AT_CID);
        assertThat(network.sockets().get(0).sent()).extracting(ScriptedNetwork.SentDatagram::bytes)
                .allMatch(bytes -> java.util.Arrays.equals(bytes, network.sockets().get(0).sent().get(0).bytes()));
        assertThat(network.subscriptions()).isEmpty();
        assertThat(ann.emittedUp(Event.MulticastReady.class)).isEmpty();
    }

    @Test
    void nothingIsMulticastBeforeThereIsAnybodyElse() {
        ProtocolHarness ann = start();
        ann.down(payload(1));
        ann.event(ProtocolHarness.viewInstalled(1, ANN));
        ann.down(payload(1));
        assertThat(sent()).isEmpty();
    }

    @Test
    void whatGoesToTheGroupsAddressReachesEverybodyBeforeThereIsAView() {
        start().down(Packet.toPhysical(GROUP));
        assertThat(sent()).containsExactly(GROUP);
    }

    @Test
    void aPacketToOneMemberGoesWhereThatIs() {
        ProtocolHarness ann = startInGroup();
        ann.down(Packet.to(BOB));
        ann.down(Packet.to(ProtocolHarness.member(9)));
        assertThat(sent()).containsExactly(AT_BOB);
        assertThat(ann.counter("dropped_unknown_receiver")).isEqualTo(1);
    }

    @Test
    void itLearnsWhereMembersAreFromWhatTheySendToItAlone() {
        ProtocolHarness bob = ProtocolHarness.of(new UdpTransport.Provider(), settings).self(BOB).network(network).start();
        byte[] toAnn = datagramOf(Packet.to(ANN, at(1)), bob);
        ProtocolHarness ann = start();
        ScriptedDatagrams own = network.sockets().get(1);
        receive(ann, own, toAnn, at(4_000));
        ann.down(Packet.to(BOB));
        assertThat(sent(1)).containsExactly(at(4_000));
        assertThat(ann.passedUp()).singleElement().satisfies(packet -> assertThat(packet.physical()).isEqualTo(at(4_000)));
    }

    @Test
    void ownMulticastsThatComeBackArePassedOver() {
        ProtocolHarness ann = startInGroup();
        byte[] own = datagramOf(payload(10), ann);
        ann.call(() -> network.subscriptions().get(0).handler().received(ByteBuffer.wrap(own), at(7800)));
        ann.call(() -> network.subscriptions().get(0).handler().receivedAll());
        assertThat(ann.passedUp()).isEmpty();
        assertThat(ann.counter("packets_received")).isZero();
    }

    @Test
    void garbageIsDroppedAndCounted() {
        ProtocolHarness ann = start();
        receive(ann, network.sockets().get(0), new byte[] {1, 2, 3}, AT_BOB);
        assertThat(ann.passedUp()).isEmpty();
        assertThat(ann.counter("malformed")).isEqualTo(1);
    }

    @Test
    void nothingLargerThanADatagramIsPromisedOrSent() {
        settings.set(TransportSettings.MAX_BUNDLE_SIZE, 65_400L);
        ProtocolHarness ann = startInGroup();
        assertThat(ann.limits().packetBytes()).isLessThan(65_400 - PacketCodec.FIXED_HEAD_BYTES).isGreaterThan(65_000);
        ann.down(payload(65_400));
        assertThat(sent()).isEmpty();
        assertThat(ann.counter("dropped_too_large")).isEqualTo(1);
    }

    @Test
    void whatTheSystemCantTakeIsCountedAndLost() {
        ProtocolHarness ann = startInGroup();
        network.sockets().get(0).close();
        ann.down(payload(1));
        assertThat(ann.counter("dropped_by_system")).isEqualTo(1);
    }

    @Test
    void everyWishAboutSocketsReachesThem() {
        settings.set(UdpSettings.UCAST_SEND_BUF_SIZE, 1_000L).set(UdpSettings.MCAST_SEND_BUF_SIZE, 2_000L)
                .set(UdpSettings.UCAST_RECV_BUF_SIZE, 3_000L).set(UdpSettings.MCAST_RECV_BUF_SIZE, 4_000L)
                .set(UdpSettings.IP_TTL, 5).set(UdpSettings.TOS, 16);
        start();
        assertThat(network.sockets().get(0).options())
                .isEqualTo(new dev.muster.spi.Network.DatagramOptions(2_000, 3_000, 5, 16));
        assertThat(network.subscriptions().get(0).options().receiveBufferBytes()).isEqualTo(4_000);
    }

    @Test
    void aMulticastIsSentOnceOnEachInterfaceThatIsAskedFor() throws UnknownHostException {
        network.interfaces(InetAddress.getLoopbackAddress(), InetAddress.getByName("10.0.0.1"), InetAddress.getByName("::1"));
        settings.set(UdpSettings.SEND_ON_ALL_INTERFACES, true).set(UdpSettings.RECEIVE_ON_ALL_INTERFACES, true);
        ProtocolHarness ann = startInGroup();
        ann.down(payload(1));
        assertThat(sent(0)).containsExactly(GROUP);
        assertThat(sent(1)).containsExactly(GROUP);
        assertThat(network.sockets().get(1).local().getAddress()).isEqualTo(InetAddress.getByName("10.0.0.1"));
        assertThat(network.subscriptions().get(0).interfaces()).hasSize(2);
    }

    @Test
    void interfacesMayBeListed() throws UnknownHostException {
        settings.set(UdpSettings.SEND_INTERFACES, "10.0.0.1, 127.0.0.1").set(UdpSettings.RECEIVE_INTERFACES, "10.0.0.2");
        ProtocolHarness ann = startInGroup();
        ann.down(payload(1));
        assertThat(sent(1)).containsExactly(GROUP);
        assertThat(network.subscriptions().get(0).interfaces()).containsExactly(InetAddress.getByName("10.0.0.2"));
    }

    @Test
    void interfacesOfAnotherFamilyAreRefused() {
        settings.set(UdpSettings.RECEIVE_INTERFACES, "::1");
        assertThatThrownBy(this::start).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("receive_interfaces=::1").hasMessageContaining("127.0.0.1");
    }

    @Test
    void overIpv6TheGroupIsOneOfIpv6() throws UnknownHostException {
        settings.set(TransportSettings.BIND_ADDR, "::1");
        start();
        assertThat(network.subscriptions().get(0).group())
                .isEqualTo(new InetSocketAddress(InetAddress.getByName("ff0e::8:8:8"), 45_588));
    }

    @Test
    void itClosesWhatItOpened() {
        settings.set(UdpSettings.SEND_INTERFACES, "10.0.0.1");
        start().stop();
        assertThat(network.sockets()).hasSize(2).allMatch(ScriptedDatagrams::isClosed);
        assertThat(network.subscriptions()).allMatch(ScriptedNetwork.ScriptedSubscription::isClosed);
    }

    @Test
    void theAddressThatIsNoneIsReportedWithTheLikelyOne() {
        assertThat(problems(settings.set(UdpSettings.MCAST_ADDR, "288.11.11.11"))).singleElement().asString()
                .startsWith("mcast_addr=288.11.11.11 is no multicast address").contains("did you mean 228.11.11.11?");
    }

    @Test
    void packetsThatNoDatagramCarriesAreRefused() {
        assertThat(problems(settings.set(TransportSettings.MAX_BUNDLE_SIZE, 70_000L))).singleElement().asString()
                .contains("max_bundle_size").contains("65400");
    }

    private static List<String> problems(Settings wrong) {
        List<String> problems = new ArrayList<>();
        new UdpTransport.Provider().validate(wrong, problems::add);
        return problems;
    }

    @Test
    void oneWarningNamesEveryBufferThatIsTooSmallAndTheLimitsToRaise() {
        BufferCheck check = new BufferCheck();
        check.receive(settings, UdpSettings.MCAST_RECV_BUF_SIZE, 4_000_000);
        check.receive(settings, UdpSettings.UCAST_RECV_BUF_SIZE, 4_000_000);
        check.send(settings, UdpSettings.UCAST_SEND_BUF_SIZE, 640_000);
        assertThat(check.warning()).hasValueSatisfying(warning -> assertThat(warning)
                .contains("mcast_recv_buf_size=25", "ucast_recv_buf_size=20", "granted 4000000",
                        "sysctl -w net.core.rmem_max=25000000")
                .doesNotContain("ucast_send_buf_size", "wmem_max"));
    }

    @Test
    void atItsStartItLooksWhichBuffersItGot() {
        network.granting(1_000_000);
        assertThat(start().counter("buffers_too_small")).isEqualTo(2);
        settings.set(UdpSettings.UCAST_RECV_BUF_SIZE, 1_000_000L).set(UdpSettings.MCAST_RECV_BUF_SIZE, 1_000_000L);
        assertThat(start().counter("buffers_too_small")).isZero();
    }

    @Test
    void itTellsHowMuchMayWaitToBeReceived() {
        assertThat(start().emittedUp(Event.ReceiveBuffer.class)).isEmpty();
        network.granting(1_000_000);
        assertThat(start().emittedUp(Event.ReceiveBuffer.class)).containsExactly(new Event.ReceiveBuffer(1_000_000));
        settings.set(TransportSettings.IP_MCAST, false);
        assertThat(start().emittedUp(Event.ReceiveBuffer.class)).as("one socket for both")
                .containsExactly(new Event.ReceiveBuffer(500_000));
    }

    @Test
    void buffersAsAskedForAreNotWorthAWord() {
        BufferCheck check = new BufferCheck();
        check.send(settings, UdpSettings.UCAST_SEND_BUF_SIZE, 640_000);
        assertThat(check.warning()).isEqualTo(Optional.empty());
    }
}
