package dev.muster.protocols.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.Address;
import dev.muster.spi.MalformedException;
import dev.muster.spi.WireWriter;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HelloTest {

    private static final Hello HELLO = new Hello(Address.of(1, 2, "Ann"), new InetSocketAddress("127.0.0.1", 7800));

    private static byte[] encoded(Hello hello) {
        WireWriter out = new WireWriter(64);
        hello.encode(out);
        return out.toByteArray();
    }

    @Test
    void theBytesAreThoseOfTheDocument() {
        assertThat(HexFormat.of().formatHex(encoded(HELLO))).isEqualTo(
                "4d535452" + "01" + "0000000000000001" + "0000000000000002" + "03416e6e" + "047f000001" + "1e78");
    }

    @Test
    void whatIsWrittenIsRead() {
        Hello longest = new Hello(Address.of(-1, Long.MIN_VALUE, "ü".repeat(64)), new InetSocketAddress("::1", 65_535));
        for (Hello hello : new Hello[] {HELLO, longest}) {
            Hello read = Hello.decode(encoded(hello));
            assertThat(read).isEqualTo(hello);
            assertThat(read.sender().name()).isEqualTo(hello.sender().name());
        }
        assertThat(encoded(longest).length).isLessThan(512);
    }

    @Test
    void anotherVersionIsRefusedByName() {
        byte[] bytes = encoded(HELLO);
        bytes[4] = 9;
        assertThatThrownBy(() -> Hello.decode(bytes)).isInstanceOf(MalformedException.class)
                .hasMessageContaining("version 9, expected 1");
    }

    @Test
    void anyBytesGiveAHelloOrAMalformedException() {
        SplittableRandom random = new SplittableRandom(5);
        for (int input = 0; input < 50_000; input++) {
            byte[] bytes = Arrays.copyOf(encoded(HELLO), random.nextInt(40));
            for (int i = random.nextInt(4); i > 0 && bytes.length > 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                Hello.decode(bytes);
            } catch (MalformedException expected) {
                assertThat(expected).hasMessageContaining("at byte");
            }
        }
    }
}
