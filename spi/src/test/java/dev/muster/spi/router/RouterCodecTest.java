package dev.muster.spi.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.Address;
import dev.muster.spi.MalformedException;
import dev.muster.spi.router.RouterMessage.Kind;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every layout, byte by byte, as the established router and its clients read and write it. */
class RouterCodecTest {

    private static final RouterAddress.Id ANN = RouterAddress.Id.of(Address.of(1, 2, "Ann"));
    private static final String ANN_HEX = "02 0000000000000002 0000000000000001";
    private static final RouterAddress PLACE = new RouterAddress.Ip(new InetSocketAddress("127.0.0.1", 7800));
    private static final String PLACE_HEX = "10 04 7f000001 1e78";

    private static void assertGolden(RouterMessage message, String hex) {
        byte[] expected = HexFormat.of().parseHex(hex.replace(" ", ""));
        ByteBuffer frame = RouterCodec.frame(message);
        byte[] written = new byte[frame.remaining()];
        frame.get(written);
        assertThat(HexFormat.of().formatHex(written)).isEqualTo(HexFormat.of().formatHex(ByteBuffer
                .allocate(4 + expected.length).putInt(expected.length).put(expected).array()));
        assertThat(read(expected)).isEqualTo(message);
    }

    private static RouterMessage read(byte[] bytes) {
        return RouterCodec.read(bytes, 0, bytes.length);
    }

    @Test
    void aRegistrationNamesGroupMemberNameAndPlace() {
        assertGolden(RouterMessage.register("g", ANN, "A", PLACE),
                "00  01 0001 67 " + ANN_HEX + " 01  01 0001 41  0000 " + PLACE_HEX + " 00000000");
    }

    @Test
    void aGoodbyeNamesGroupAndMember() {
        assertGolden(RouterMessage.about(Kind.UNREGISTER, "g", ANN), "01  01 0001 67 " + ANN_HEX + " 01  00 0000 01 00000000");
    }

    @Test
    void aQuestionNamesTheGroup() {
        assertGolden(RouterMessage.about(Kind.GET_MEMBERS, "g", null), "02  01 0001 67  01 01  00 0000 01 00000000");
    }

    @Test
    void aHeartbeatNamesNothing() {
        assertGolden(RouterMessage.about(Kind.HEARTBEAT, null, null), "05 00 01 01 00 0000 01 00000000");
    }

    @Test
    void aSuspicionNamesTheMemberAndNoSender() {
        assertGolden(RouterMessage.about(Kind.SUSPECT, "g", ANN), "06  01 0001 67 " + ANN_HEX + " 01  00 0000 01 00000000");
    }

    @Test
    void anAnswerListsMembersWithoutTheirViews() {
        assertGolden(RouterMessage.members(Kind.LAST_MEMBERS, "g", List.of(RouterMember.server(ANN, "A", PLACE))),
                "07  01 0001 67  01 01  00  0001 " + ANN_HEX + " 01  01 0001 41 " + PLACE_HEX + " ffff  01 00000000");
    }

    @Test
    void aPartOfAnAnswerMayTellViews() {
        assertGolden(RouterMessage.members(Kind.MEMBERS, "g",
                        List.of(new RouterMember(ANN, 3, null, null, List.of(ANN, PLACE)))),
                "03  01 0001 67  01 01  00  0001 " + ANN_HEX + " 03 00 01 0002 " + ANN_HEX + " " + PLACE_HEX + " 01 00000000");
    }

    @Test
    void aMessageHasNeitherNameNorMembersNorPlace() {
        RouterMessage message = RouterMessage.message("g", null, ANN, ByteBuffer.wrap(new byte[] {7, 8, 9}));
        assertGolden(message, "04  01 0001 67  01 " + ANN_HEX + " 00000003 070809");
    }

    @Test
    void placesMayHaveSixteenBytesAndAScopeOrNoHost() throws Exception {
        byte[] ip = HexFormat.of().parseHex("fe800000000000000000000000000001");
        RouterAddress six = new RouterAddress.Ip(new InetSocketAddress(
                java.net.Inet6Address.getByAddress(null, ip, 3), 65_535));
        RouterAddress none = new RouterAddress.Ip(InetSocketAddress.createUnresolved("", 1));
        assertGolden(RouterMessage.about(Kind.SUSPECT, null, six),
                "06 00 10 10 fe800000000000000000000000000001 00000003 ffff 01 00 0000 01 00000000");
        assertGolden(RouterMessage.about(Kind.SUSPECT, null, none), "06 00 10 00 0001 01 00 0000 01 00000000");
    }

    @Test
    void namesMayHaveAnyCharacters() {
        assertGolden(RouterMessage.about(Kind.GET_MEMBERS, "ü\0", null), "02  01 0004 c3bcc080  01 01  00 0000 01 00000000");
    }

    @Test
    void whatAMessageCarriesIsNotCopied() {
        byte[] bytes = HexFormat.of().parseHex("0400010100000001" + "ff");
        RouterMessage message = read(bytes);
        bytes[8] = 5;
        assertThat(message.payload().get(0)).isEqualTo((byte) 5);
    }

    @Test
    void countsAndLengthsBeyondTheEndAreRefused() {
        for (String hex : List.of("", "08", "ff", "04", "0401ffff67", "04010001c0010100000000", "0400040000",
                "0400100500000000000000", "03000101007fff0100000000", "030001010000017fff", "040001017fffffff",
                "04000101ffffffff", "0400010100000000ff")) {
            assertThatThrownBy(() -> read(HexFormat.of().parseHex(hex))).as(hex).isInstanceOf(MalformedException.class);
        }
    }
}
