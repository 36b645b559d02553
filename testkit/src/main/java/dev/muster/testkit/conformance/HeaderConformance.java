package dev.muster.testkit.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.muster.spi.Header;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.MalformedException;
import dev.muster.spi.ProtocolProvider;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;
import dev.muster.testkit.fuzz.Mutator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What the bytes of headers owe their peers of other versions and their enemies: they stay as they are, come back as they
 * went, and whatever becomes of them, they are refused as malformed or mean something that has bytes of its own.
 *
 * <p>Extend it once for the headers of a module, next to {@link ProtocolConformance} for each of its protocols.
 */
public abstract class HeaderConformance {

    private static final int MUTATIONS = 100_000;
    private static final int MOST_BYTES = 200;

    /** For subclasses. */
    protected HeaderConformance() {}

    /**
     * The protocols whose headers are tested.
     *
     * @return not empty
     */
    protected abstract List<ProtocolProvider> providers();

    /**
     * Headers of every kind that the protocols send, with their bytes as documented.
     *
     * @return each with its bytes in hexadecimal digits
     */
    protected abstract Map<? extends Header, String> headers();

    private List<HeaderCodec<?>> codecs() {
        List<HeaderCodec<?>> codecs = new ArrayList<>();
        providers().forEach(provider -> codecs.addAll(provider.headers()));
        return codecs;
    }

    @SuppressWarnings("unchecked")
    private HeaderCodec<Header> codec(Header header) {
        return (HeaderCodec<Header>) codecs().stream().filter(codec -> codec.type() == header.getClass()).findFirst()
                .orElseThrow(() -> new AssertionError("none of providers() has a codec for " + header));
    }

    private static byte[] encoded(HeaderCodec<Header> codec, Header header) {
        WireWriter out = new WireWriter(64);
        codec.encode(header, out);
        return out.toByteArray();
    }

    private static Header decoded(HeaderCodec<Header> codec, byte[] bytes) {
        WireReader in = new WireReader(bytes, 0, bytes.length);
        Header header = codec.decode(in);
        in.expectEnd();
        return header;
    }

    /** A header nobody tests may change unseen. */
    @Test
    void everyCodecHasAHeaderHere() {
        for (HeaderCodec<?> codec : codecs()) {
            assertFalse(headers().keySet().stream().noneMatch(codec.type()::isInstance), "headers() has none of " + codec.type());
        }
    }

    /** Members of other versions read them. */
    @Test
    void theBytesOfEveryHeaderStayAsTheyAre() {
        headers().forEach((header, hex) -> assertEquals(hex, HexFormat.of().formatHex(encoded(codec(header), header)),
                () -> header + " has other bytes; members of the version before won't understand it"));
    }

    /** What is sent is what arrives. */
    @Test
    void everyHeaderComesBackAsItWent() {
        headers().keySet().forEach(header ->
                assertEquals(header, decoded(codec(header), encoded(codec(header), header))));
    }

    /** What is cut is told from what is whole. */
    @Test
    void everyHeaderCutShortIsMalformed() {
        for (Header header : headers().keySet()) {
            byte[] whole = encoded(codec(header), header);
            for (int length = 0; length < whole.length; length++) {
                byte[] part = Arrays.copyOf(whole, length);
                assertThrows(MalformedException.class, () -> decoded(codec(header), part),
                        () -> header + " is read from " + part.length + " of its " + whole.length + " bytes");
            }
        }
    }

    /** Bytes from the network may be anything; what is accepted means something that can be said again. */
    @Test
    void noBytesMakeADecoderFailOtherwiseThanAsMalformed() {
        for (Header header : headers().keySet()) {
            HeaderCodec<Header> codec = codec(header);
            Mutator mutator = new Mutator(codec.id(), List.of(encoded(codec, header)), MOST_BYTES);
            for (int count = 0; count < MUTATIONS; count++) {
                assertHarmless(codec, mutator.next());
            }
        }
    }

    private static void assertHarmless(HeaderCodec<Header> codec, byte[] bytes) {
        Header read;
        try {
            read = decoded(codec, bytes);
        } catch (MalformedException expected) {
            return;
        } catch (RuntimeException e) {
            throw new AssertionError("header " + codec.id() + ": " + HexFormat.of().formatHex(bytes) + " raised " + e
                    + ", expected a MalformedException", e);
        }
        assertEquals(read, decoded(codec, encoded(codec, read)));
    }
}
