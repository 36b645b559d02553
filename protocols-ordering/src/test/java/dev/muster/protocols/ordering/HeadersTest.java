package dev.muster.protocols.ordering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.Address;
import dev.muster.api.ViewId;
import dev.muster.spi.Header;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.MalformedException;
import dev.muster.spi.RankedNumbers;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HeadersTest {

    private static final int FUZZED = 100_000;
    private static final ViewId VIEW = new ViewId(300, Address.of(0x1112131415161718L, 0x191a1b1c1d1e1f20L, ""));
    private static final String VIEW_BYTES = "ac02" + "1112131415161718191a1b1c1d1e1f20";

    /** Each header with its bytes as they have to stay. */
    static Map<Header, String> golden() {
        Map<Header, String> all = new LinkedHashMap<>();
        all.put(new OrderHeader(300, List.of(new OrderHeader.Run(0, 1), new OrderHeader.Run(2, 300), new OrderHeader.Run(0, 5))),
                "ac02" + "03" + "0001" + "02ac02" + "0005");
        all.put(new CausalHeader(300, List.of(new CausalHeader.Entry(0, 7), new CausalHeader.Entry(3, 300))),
                "ac02" + "02" + "0007" + "02ac02");
        all.put(new SafeHeader(SafeHeader.HAS, VIEW, RankedNumbers.of(7, 0, 0, 300)), "01" + VIEW_BYTES + "02" + "0007" + "02ac02");
        all.put(new SafeHeader(SafeHeader.SAFE, VIEW, RankedNumbers.of(0, 1)), "02" + VIEW_BYTES + "01" + "0101");
        return all;
    }

    static List<Header> golden(Class<? extends Header> type) {
        return golden().keySet().stream().filter(type::isInstance).toList();
    }

    @SuppressWarnings("unchecked")
    private static HeaderCodec<Header> codec(Header header) {
        List<HeaderCodec<?>> codecs = List.of(new OrderHeader.Codec(), new CausalHeader.Codec(), new SafeHeader.Codec());
        return (HeaderCodec<Header>) codecs.stream().filter(each -> each.type() == header.getClass()).findFirst().orElseThrow();
    }

    private static byte[] bytes(Header header) {
        WireWriter out = new WireWriter(16);
        codec(header).encode(header, out);
        return out.toByteArray();
    }

    private static Header decode(HeaderCodec<Header> codec, byte[] bytes) {
        WireReader in = new WireReader(bytes, 0, bytes.length);
        Header header = codec.decode(in);
        in.expectEnd();
        return header;
    }

    @Test
    void theBytesOfEveryHeaderStayAsTheyAre() {
        golden().forEach((header, hex) -> assertThat(HexFormat.of().formatHex(bytes(header))).as("%s", header).isEqualTo(hex));
    }

    @Test
    void everyHeaderComesBackAsItWent() {
        golden().keySet().forEach(header -> assertThat(decode(codec(header), bytes(header))).isEqualTo(header));
    }

    @Test
    void everyHeaderCutShortIsMalformed() {
        for (Header header : golden().keySet()) {
            byte[] whole = bytes(header);
            for (int length = 0; length < whole.length; length++) {
                byte[] part = Arrays.copyOf(whole, length);
                assertThatThrownBy(() -> decode(codec(header), part)).isInstanceOf(MalformedException.class);
            }
        }
    }

    @Test
    void noBytesMakeADecoderFailOtherwiseThanAsMalformed() {
        SplittableRandom random = new SplittableRandom(50);
        for (Header header : golden().keySet()) {
            HeaderCodec<Header> codec = codec(header);
            byte[] whole = bytes(header);
            for (int i = 0; i < FUZZED; i++) {
                byte[] bytes = i % 2 == 0 ? mutated(whole, random) : drawn(whole[0], random);
                try {
                    Header read = decode(codec, bytes);
                    assertThat(decode(codec, bytes(read))).isEqualTo(read);
                } catch (MalformedException expected) {
                    assertThat(expected).hasMessageStartingWith("at byte");
                }
            }
        }
    }

    private static byte[] mutated(byte[] whole, SplittableRandom random) {
        byte[] bytes = Arrays.copyOf(whole, whole.length + random.nextInt(-2, 4));
        for (int changes = random.nextInt(1, 5); changes > 0 && bytes.length > 0; changes--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return bytes;
    }

    private static byte[] drawn(byte first, SplittableRandom random) {
        byte[] bytes = new byte[random.nextInt(80)];
        random.nextBytes(bytes);
        if (bytes.length > 0 && random.nextBoolean()) {
            bytes[0] = first;
        }
        return bytes;
    }
}
