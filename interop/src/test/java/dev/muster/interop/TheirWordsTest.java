package dev.muster.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.spi.router.RouterAddress;
import dev.muster.spi.router.RouterCodec;
import dev.muster.spi.router.RouterMember;
import dev.muster.spi.router.RouterMessage;
import dev.muster.spi.router.RouterMessage.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jgroups.PhysicalAddress;
import org.jgroups.protocols.PingData;
import org.jgroups.stack.GossipData;
import org.jgroups.stack.GossipType;
import org.jgroups.stack.IpAddress;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each message of a router, as our codec and as theirs write it: the same bytes; and each reads what the other has written. */
class TheirWordsTest {

    private static final RouterAddress.Id ANN = new RouterAddress.Id(0x0102030405060708L, 0x1112131415161718L);
    private static final RouterAddress BEN = new RouterAddress.Id(-1, 1);
    private static final RouterAddress FOUR = at("127.0.0.1", 7800);
    private static final RouterAddress SIX = at("fe80::1", 65_535);
    private static final UUID THEIR_ANN = new UUID(0x0102030405060708L, 0x1112131415161718L);
    private static final UUID THEIR_BEN = new UUID(-1, 1);

    private record Pair(RouterMessage ours, GossipData theirs) {
        @Override
        public String toString() {
            return ours.kind() + " " + ours.name() + " " + ours.physical();
        }
    }

    private static RouterAddress at(String host, int port) {
        return new RouterAddress.Ip(new InetSocketAddress(host, port));
    }

    private static PhysicalAddress theirs(String host, int port) {
        try {
            return new IpAddress(host, port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an IP address needs no name service", e);
        }
    }

    private static Stream<Pair> pairs() {
        byte[] payload = {1, 2, 3};
        return Stream.of(
                new Pair(RouterMessage.register("gröup", ANN, "Änn\0", FOUR), new GossipData(GossipType.REGISTER, "gröup",
                        THEIR_ANN, "Änn\0", theirs("127.0.0.1", 7800))),
                new Pair(RouterMessage.register("g", ANN, null, SIX), new GossipData(GossipType.REGISTER, "g", THEIR_ANN,
                        (String) null, theirs("fe80::1", 65_535))),
                new Pair(RouterMessage.register("g", ANN, "a", null), new GossipData(GossipType.REGISTER, "g", THEIR_ANN, "a",
                        null)),
                new Pair(RouterMessage.about(Kind.UNREGISTER, "g", ANN), new GossipData(GossipType.UNREGISTER, "g", THEIR_ANN)),
                new Pair(RouterMessage.about(Kind.GET_MEMBERS, "g", null), new GossipData(GossipType.GET_MBRS, "g", null)),
                new Pair(RouterMessage.about(Kind.GET_MEMBERS, null, null), new GossipData(GossipType.GET_MBRS)),
                new Pair(RouterMessage.members(Kind.LAST_MEMBERS, "g", List.of(RouterMember.server(ANN, "ann", FOUR),
                        RouterMember.server(BEN, null, null))), new GossipData(GossipType.GET_MBRS_RSP_LAST, "g", null)
                        .addPingData(new PingData(THEIR_ANN, true, "ann", theirs("127.0.0.1", 7800)))
                        .addPingData(new PingData(THEIR_BEN, true, null, null))),
                new Pair(RouterMessage.members(Kind.MEMBERS, "g", List.of(new RouterMember(ANN, 3, "ann", FOUR, List.of(ANN, BEN)))),
                        new GossipData(GossipType.GET_MBRS_RSP, "g", null).addPingData(new PingData(THEIR_ANN, true, "ann",
                                theirs("127.0.0.1", 7800)).coord(true).mbrs(List.of(THEIR_ANN, THEIR_BEN)))),
                new Pair(RouterMessage.message("g", null, ANN, ByteBuffer.wrap(payload)),
                        new GossipData(GossipType.MESSAGE, "g", null, payload).setSender(THEIR_ANN)),
                new Pair(RouterMessage.message("g", BEN, ANN, ByteBuffer.allocate(0)),
                        new GossipData(GossipType.MESSAGE, "g", THEIR_BEN, new byte[0]).setSender(THEIR_ANN)),
                new Pair(RouterMessage.about(Kind.HEARTBEAT, null, null), new GossipData(GossipType.HEARTBEAT)),
                new Pair(RouterMessage.about(Kind.SUSPECT, "g", ANN), new GossipData(GossipType.SUSPECT, "g", THEIR_ANN)));
    }

    private static byte[] written(GossipData theirs) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        theirs.writeTo(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static byte[] written(RouterMessage ours) {
        ByteBuffer frame = RouterCodec.frame(ours);
        return Arrays.copyOfRange(frame.array(), RouterCodec.HEAD_BYTES, frame.limit());
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void bothWriteTheSameBytes(Pair pair) throws IOException {
        assertThat(written(pair.ours())).isEqualTo(written(pair.theirs()));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void weReadWhatTheyWrite(Pair pair) throws IOException {
        byte[] bytes = written(pair.theirs());
        assertThat(RouterCodec.read(bytes, 0, bytes.length)).isEqualTo(pair.ours());
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void theyReadWhatWeWrite(Pair pair) throws Exception {
        GossipData read = new GossipData();
        read.readFrom(new DataInputStream(new ByteArrayInputStream(written(pair.ours()))));
        assertThat(written(read)).isEqualTo(written(pair.theirs()));
        assertThat(read.getType()).isEqualTo(pair.theirs().getType());
    }

    @Test
    void everyKindIsThere() {
        assertThat(pairs().map(pair -> pair.ours().kind())).contains(Kind.values());
        assertThat(GossipType.values()).hasSameSizeAs(Kind.values());
    }
}
