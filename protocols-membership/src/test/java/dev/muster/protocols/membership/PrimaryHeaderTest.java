package dev.muster.protocols.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.Address;
import dev.muster.api.ViewId;
import dev.muster.spi.MalformedException;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PrimaryHeaderTest {

    private static final int FUZZED = 100_000;
    private static final Address MEMBER = Address.of(0x0102030405060708L, 0x090a0b0c0d0e0f10L, "");
    private static final String MEMBER_BYTES = "0102030405060708090a0b0c0d0e0f10";

    /** Each header with its bytes as they have to stay. */
    static Map<PrimaryHeader, String> golden() {
        PrimaryHeader.Session last = new PrimaryHeader.Session(new ViewId(7, MEMBER),
                List.of(new PrimaryHeader.Voter(MEMBER, 300)));
        PrimaryHeader.Session attempt = new PrimaryHeader.Session(new ViewId(8, MEMBER), List.of());
        Map<PrimaryHeader, String> all = new LinkedHashMap<>();
        all.put(PrimaryHeader.attempt(300), "02" + "ac02");
        all.put(new PrimaryHeader(PrimaryHeader.STATUS, 9, 1, null, List.of()), "01" + "09" + "01" + "00" + "00");
        all.put(new PrimaryHeader(PrimaryHeader.STATUS, 9, 2, last, List.of(attempt)), "01" + "09" + "02" + "01"
                + "07" + MEMBER_BYTES + "01" + MEMBER_BYTES + "ac02" + "01" + "08" + MEMBER_BYTES + "00");
        return all;
    }

    private static byte[] bytes(PrimaryHeader header) {
        WireWriter out = new WireWriter(16);
        PrimaryHeader.CODEC.encode(header, out);
        return out.toByteArray();
    }

    private static PrimaryHeader decode(byte[] bytes) {
        WireReader in = new WireReader(bytes, 0, bytes.length);
        PrimaryHeader header = PrimaryHeader.CODEC.decode(in);
        in.expectEnd();
        return header;
    }

    @Test
    void theBytesStayAsTheyAreAndComeBackAsTheyWent() {
        golden().forEach((header, hex) -> {
            assertThat(HexFormat.of().formatHex(bytes(header))).as("%s", header).isEqualTo(hex);
            assertThat(decode(bytes(header))).isEqualTo(header);
        });
    }

    @Test
    void everyHeaderCutShortIsMalformed() {
        for (PrimaryHeader header : golden().keySet()) {
            byte[] whole = bytes(header);
            for (int length = 0; length < whole.length; length++) {
                byte[] part = Arrays.copyOf(whole, length);
                assertThatThrownBy(() -> decode(part)).isInstanceOf(MalformedException.class);
            }
        }
    }

    @Test
    void noBytesMakeTheDecoderFailOtherwiseThanAsMalformed() {
        SplittableRandom random = new SplittableRandom(35);
        for (PrimaryHeader header : golden().keySet()) {
            byte[] whole = bytes(header);
            for (int i = 0; i < FUZZED; i++) {
                byte[] bytes = Arrays.copyOf(whole, Math.max(0, whole.length + random.nextInt(-2, 40)));
                for (int changes = random.nextInt(1, 8); changes > 0 && bytes.length > 0; changes--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
                try {
                    PrimaryHeader read = decode(bytes);
                    assertThat(decode(bytes(read))).isEqualTo(read);
                } catch (MalformedException expected) {
                    assertThat(expected).hasMessageStartingWith("at byte");
                }
            }
        }
    }
}
