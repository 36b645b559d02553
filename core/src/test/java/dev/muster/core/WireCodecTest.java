package dev.muster.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.Address;
import dev.muster.spi.Header;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.MalformedException;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketCodec;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class WireCodecTest {

    record Numbered(long number, String text) implements Header {}

    record Trap(int kind) implements Header {}

    static <H extends Header> HeaderCodec<H> codec(int id, Class<H> type, java.util.function.BiConsumer<H, WireWriter> write,
            Function<WireReader, H> read) {
        return new HeaderCodec<>() {
            @Override
            public int id() {
                return id;
            }

            @Override
            public Class<H> type() {
                return type;
            }

            @Override
            public void encode(H header, WireWriter out) {
                write.accept(header, out);
            }

            @Override
            public H decode(WireReader in) {
                return read.apply(in);
            }
        };
    }

    static final HeaderCodec<Numbered> NUMBERED = codec(300, Numbered.class,
            (header, out) -> out.writeVarint(header.number).writeText(header.text),
            in -> new Numbered(in.readVarint(), in.readText()));

    /** Falls over in every way a careless plug-in may. */
    private static final HeaderCodec<Trap> TRAP = codec(301, Trap.class, (header, out) -> out.writeByte(header.kind), in -> {
        int kind = in.readByte();
        switch (kind) {
            case 0 -> throw new IllegalArgumentException("kind 0");
            case 1 -> throw new ArrayIndexOutOfBoundsException("kind 1");
            case 2 -> throw new NegativeArraySizeException("kind 2");
            case 3 -> throw new NullPointerException("kind 3");
            default -> { }
        }
        return new Trap(kind);
    });

    private final WireCodec codec = new WireCodec(List.of(NUMBERED, TRAP));

    WireCodecTest() {
        codec.remember(Fakes.CARL);
    }

    private byte[] encode(Packet packet) {
        WireWriter out = new WireWriter(64);
        codec.encodeHead(packet, out);
        out.writeRaw(packet.buffer(), packet.offset(), packet.length());
        return out.toByteArray();
    }

    private static Packet sample() {
        return Packet.to(Address.of(0x1112131415161718L, 0x2122232425262728L, "")).withFlags(Packet.DATA | 1)
                .with(new Numbered(300, "hi")).withPayload(new byte[] {9, 0x50, 0x51, 9}, 1, 2)
                .from(Address.of(0x3132333435363738L, 0x4142434445464748L, "gone"), 0x0102030405060708L);
    }

    @Test
    void aPacketOfAnotherVersionIsToldFromGarbageAndCanBeTried() {
        byte[] bytes = encode(sample());
        bytes[2]++;

        assertThat(codec.isOtherVersion(bytes, 0, bytes.length)).isTrue();
        assertThatThrownBy(() -> codec.decode(bytes, 0, bytes.length)).isInstanceOf(MalformedException.class);
        assertThat(codec.decodeOtherVersion(bytes, 0, bytes.length).header(Numbered.class)).isEqualTo(new Numbered(300, "hi"));
    }

    @Test
    void garbageAndOwnPacketsAreOfNoOtherVersion() {
        byte[] bytes = encode(sample());

        assertThat(codec.isOtherVersion(bytes, 0, bytes.length)).isFalse();
        assertThat(codec.isOtherVersion(bytes, 0, 2)).isFalse();
        assertThat(codec.isOtherVersion(new byte[100], 0, 100)).isFalse();
        assertThatThrownBy(() -> codec.decodeOtherVersion(bytes, 0, 2)).isInstanceOf(MalformedException.class);
    }

    @Test
    void everyPartOfAPacketSurvivesTheWire() {
        Packet sent = sample().with(new Trap(9));
        byte[] wire = encode(sent);
        byte[] shifted = new byte[wire.length + 20];
        System.arraycopy(wire, 0, shifted, 7, wire.length);

        Packet read = codec.decode(shifted, 7, wire.length);

        assertThat(read.source()).isEqualTo(sent.source());
        assertThat(read.destination()).isEqualTo(sent.destination());
        assertThat(read.cluster()).isEqualTo(sent.cluster());
        assertThat(read.flags()).isEqualTo(sent.flags());
        assertThat(read.header(Numbered.class)).isEqualTo(new Numbered(300, "hi"));
        assertThat(read.header(Trap.class)).isEqualTo(new Trap(9));
        assertThat(read.length()).isEqualTo(2);
        assertThat(read.buffer()[read.offset()]).isEqualTo((byte) 0x50);
        assertThat(read.buffer()).as("shared, not copied").isSameAs(shifted);
    }

    @Test
    void whatOnlyLayersOfTheReceiverMaySayIsNotBelievedOfOthers() {
        byte[] wire = encode(sample().withFlags(Packet.ONE_LANE | Packet.UNSHARED | Packet.SINGLE));

        int flags = codec.decode(wire, 0, wire.length).flags();

        assertThat(flags).isEqualTo(sample().withFlags(Packet.SINGLE).flags());
    }

    @Test
    void theBytesOfAPacketAreThese() {
        assertThat(HexFormat.of().formatHex(encode(sample()))).isEqualTo("4d75" + "01" + "01" + "0102030405060708" + "0101"
                + "31323334353637384142434445464748" + "01" + "11121314151617182122232425262728"
                + "012c" + "05" + "ac02" + "026869" + "5051");
        assertThat(HexFormat.of().formatHex(encode(Packet.toGroup().from(Fakes.ANNA, 5)))).isEqualTo("4d75" + "01" + "00"
                + "0000000000000005" + "0000" + "00000000000000010000000000000001" + "00");
    }

    @Test
    void theFixedPartIsNoLongerThanPromised() {
        assertThat(encode(Packet.to(Fakes.BERT).from(Fakes.ANNA, -1)).length).isLessThanOrEqualTo(PacketCodec.FIXED_HEAD_BYTES);
    }

    @Test
    void knownMembersGetTheirNamesBackAndFormerOnesLoseThem() {
        byte[] fromAnna = encode(Packet.to(Fakes.CARL).from(Fakes.ANNA, 5));
        assertThat(codec.decode(fromAnna, 0, fromAnna.length).source().name()).isEmpty();

        codec.remember(Fakes.view(1, Fakes.ANNA, Fakes.CARL));
        Packet named = codec.decode(fromAnna, 0, fromAnna.length);
        assertThat(named.source().name()).isEqualTo("anna");
        assertThat(named.destination().name()).isEqualTo("carl");

        codec.remember(Fakes.view(2, Fakes.BERT));
        Packet later = codec.decode(fromAnna, 0, fromAnna.length);
        assertThat(later.source().name()).isEmpty();
        assertThat(later.destination().name()).as("oneself").isEqualTo("carl");
    }

    @Test
    void aHeaderWithoutCodecIsRefusedWithARemedy() {
        record Stray() implements Header {}

        assertThatThrownBy(() -> encode(Packet.toGroup().with(new Stray()).from(Fakes.ANNA, 1)))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("Stray").hasMessageContaining("headers()");
    }

    @Test
    void wrongMagicVersionAndUnknownHeadersAreMalformed() {
        byte[] wire = encode(sample());
        wire[0] = 0;
        assertThatThrownBy(() -> codec.decode(wire, 0, wire.length)).isInstanceOf(MalformedException.class)
                .hasMessageContaining("magic 75 version 1, expected 4d75 version 1");

        byte[] newer = encode(sample());
        newer[2] = 2;
        assertThatThrownBy(() -> codec.decode(newer, 0, newer.length)).isInstanceOf(MalformedException.class)
                .hasMessageContaining("version 2");

        byte[] many = encode(sample());
        many[3] = 17;
        assertThatThrownBy(() -> codec.decode(many, 0, many.length)).isInstanceOf(MalformedException.class)
                .hasMessageContaining("17 headers, at most 16");

        byte[] stranger = encode(sample());
        stranger[4 + 8 + 2 + 16 + 1 + 16] = 0x7F;
        assertThatThrownBy(() -> codec.decode(stranger, 0, stranger.length)).isInstanceOf(MalformedException.class)
                .hasMessageContaining("header id 32556 is unknown");
    }

    @Test
    void aHeaderCodecThatFallsOverMakesThePacketMalformed() {
        for (int kind = 0; kind < 4; kind++) {
            byte[] wire = encode(Packet.toGroup().with(new Trap(kind)).from(Fakes.ANNA, 1));

            assertThatThrownBy(() -> codec.decode(wire, 0, wire.length)).isInstanceOf(MalformedException.class)
                    .hasMessageContaining("header id 301").hasMessageContaining("kind");
        }
    }

    @Test
    void aHeaderThatLeavesBytesUnreadIsMalformed() {
        WireWriter out = new WireWriter(64);
        codec.encodeHead(Packet.toGroup().from(Fakes.ANNA, 1), out);
        out.array()[3] = 1;
        out.writeShort(300).writeVarint(4).writeVarint(1).writeText("").writeShort(0);
        byte[] wire = out.toByteArray();

        assertThatThrownBy(() -> codec.decode(wire, 0, wire.length)).isInstanceOf(MalformedException.class)
                .hasMessageContaining("2 bytes too many");
    }

    @Test
    void everyTruncationIsMalformedOrAShorterPayload() {
        byte[] wire = encode(sample());
        for (int length = 0; length < wire.length - 2; length++) {
            int cut = length;
            assertThatThrownBy(() -> codec.decode(Arrays.copyOf(wire, cut), 0, cut)).isInstanceOf(MalformedException.class);
        }
        assertThat(codec.decode(wire, 0, wire.length - 1).length()).isEqualTo(1);
    }

    @Test
    void randomAndMutatedBytesAreDecodedOrMalformedButNothingElse() {
        SplittableRandom random = new SplittableRandom(20_261_121);
        byte[] good = encode(sample().with(new Trap(9)));
        int decoded = 0;
        for (int round = 0; round < 200_000; round++) {
            byte[] input = round % 4 == 0 ? randomBytes(random) : mutated(good, random);
            try {
                codec.decode(input, 0, input.length);
                decoded++;
            } catch (MalformedException e) {
                assertThat(e.getMessage()).startsWith("at byte ");
            }
        }
        assertThat(decoded).as("mutations do reach the inner parts").isGreaterThan(10_000);
    }

    private static byte[] randomBytes(SplittableRandom random) {
        byte[] bytes = new byte[random.nextInt(120)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] mutated(byte[] good, SplittableRandom random) {
        byte[] bytes = Arrays.copyOf(good, good.length + (random.nextInt(10) == 0 ? -random.nextInt(good.length) : 0));
        for (int changes = 1 + random.nextInt(3); changes > 0 && bytes.length > 0; changes--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return bytes;
    }
}
