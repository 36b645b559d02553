package dev.muster.protocols.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.Address;
import dev.muster.api.ViewId;
import dev.muster.spi.MalformedException;
import dev.muster.spi.MemberInfo;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DiscoveryHeaderTest {

    private static final Address ANN = Address.of(1, 2, "Ann");
    private static final Address BOB = Address.of(3, 4, "");
    private static final DiscoveryHeader FULL = new DiscoveryHeader(true, 300, new MemberInfo(ANN,
            new InetSocketAddress("127.0.0.1", 7800), BOB, new InetSocketAddress("127.0.0.1", 7801), new ViewId(5, BOB)));

    private final DiscoveryHeader.Codec codec = new DiscoveryHeader.Codec();

    private byte[] encoded(DiscoveryHeader header) {
        WireWriter out = new WireWriter(64);
        codec.encode(header, out);
        return out.toByteArray();
    }

    private DiscoveryHeader decoded(byte[] bytes) {
        return codec.decode(new WireReader(bytes, 0, bytes.length));
    }

    @Test
    void theBytesAreThoseOfTheDocument() {
        String ann = "0000000000000001" + "0000000000000002";
        String bob = "0000000000000003" + "0000000000000004";
        assertThat(HexFormat.of().formatHex(encoded(FULL))).isEqualTo("01" + "ac02" + ann + "03416e6e" + "0f"
                + "047f0000011e78" + "047f0000011e79" + bob + "00" + "05" + bob);
        assertThat(HexFormat.of().formatHex(encoded(new DiscoveryHeader(false, 1, new MemberInfo(BOB, null, null, null, null)))))
                .isEqualTo("00" + "01" + bob + "00" + "00");
    }

    @Test
    void whatIsWrittenIsRead() {
        assertThat(decoded(encoded(FULL))).isEqualTo(FULL);
        DiscoveryHeader least = new DiscoveryHeader(false, 1, new MemberInfo(ANN, null, null, null, null));
        assertThat(decoded(encoded(least))).isEqualTo(least);
    }

    @Test
    void unknownPartsAreRefused() {
        byte[] bytes = encoded(new DiscoveryHeader(false, 1, new MemberInfo(BOB, null, null, null, null)));
        bytes[bytes.length - 1] = 16;
        assertThatThrownBy(() -> decoded(bytes)).isInstanceOf(MalformedException.class).hasMessageContaining("parts are 16");
    }

    @Test
    void anyBytesGiveAHeaderOrAMalformedException() {
        SplittableRandom random = new SplittableRandom(11);
        for (int input = 0; input < 100_000; input++) {
            byte[] bytes = Arrays.copyOf(encoded(FULL), random.nextInt(100));
            for (int i = random.nextInt(5); i > 0 && bytes.length > 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                decoded(bytes);
            } catch (MalformedException expected) {
                assertThat(expected).hasMessageContaining("at byte");
            }
        }
    }
}
