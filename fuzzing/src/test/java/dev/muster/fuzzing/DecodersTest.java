package dev.muster.fuzzing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.core.PackedMessages;
import dev.muster.protocols.membership.Words;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.MalformedException;
import dev.muster.spi.PacketCodec;
import dev.muster.spi.ProtocolProvider;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;
import dev.muster.spi.router.RouterCodec;
import dev.muster.spi.router.RouterFrameReader;
import dev.muster.testkit.fuzz.Mutator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Everything that turns bytes of strangers into something else, against a million bad inputs each: the codec of every
 * header and that of packets, the words of membership and the views told in them, the messages that share a packet, and what
 * routers and their clients say.
 */
class DecodersTest {

    private static final int LONGEST_HEADER = 1_000;
    private static final int LONGEST_PACKET = 2_000;
    /** Stack trace and text of an exception. */
    private static final long REFUSAL_BYTES = 8_000;
    /** A member of a list on the wire takes a byte or two, an object with a map entry a hundred. */
    private static final long BYTES_PER_BYTE = 120;
    private static final int POISONED_EVERY = 16;
    private static final int MOST_ROUTER_BYTES = 1_000_000;
    /** What a reader of streams takes for a length that somebody only says. */
    private static final long TAKEN_ON_TRUST = 1 << 16;

    @Test
    void everyDecoderRefusesGarbageWithoutHarm() {
        Campaigns campaigns = new Campaigns();
        for (ProtocolProvider provider : Material.withHeaders()) {
            provider.headers().forEach(codec -> campaigns.add(() -> header(provider, codec)));
        }
        Words words = new Words(Material.packets());
        campaigns.add(DecodersTest::packet).add(DecodersTest::messages)
                .add(() -> campaign("words of membership", Words::read, words.words(), LONGEST_PACKET))
                .add(() -> views(words)).add(DecodersTest::routerMessages).add(DecodersTest::routerStreams).run();
    }

    private static Campaign.Report campaign(String name, Consumer<byte[]> reader, List<byte[]> samples, int longest) {
        assertThat(samples).as("samples of %s: let Material hear some", name).isNotEmpty();
        return Campaign.of(name, reader).refusingWith(MalformedException.class)
                .allocatingAtMost(REFUSAL_BYTES, BYTES_PER_BYTE)
                .run(new Mutator(Sizes.SEED, samples, longest), Sizes.INPUTS, Sizes.LIMIT);
    }

    private static Campaign.Report header(ProtocolProvider provider, HeaderCodec<?> codec) {
        return campaign(provider.type() + " " + codec.type().getSimpleName(), input -> {
            WireReader in = new WireReader(input, 0, input.length);
            codec.decode(in);
            in.expectEnd();
        }, Material.TAP.headers(codec), LONGEST_HEADER);
    }

    private static Campaign.Report packet() {
        PacketCodec codec = Material.TAP.codec();
        return campaign("packets", input -> codec.decode(input, 0, input.length), Material.TAP.packets(), LONGEST_PACKET);
    }

    private static Campaign.Report views(Words words) {
        return Campaign.of("views told", words::understand).refusingWith(IllegalArgumentException.class)
                .allocatingAtMost(2 * REFUSAL_BYTES, 4 * BYTES_PER_BYTE)
                .run(new Mutator(Sizes.SEED, words.rosters(), LONGEST_PACKET), Sizes.INPUTS, Sizes.LIMIT);
    }

    private static Campaign.Report routerMessages() {
        return campaign("messages of routers", input -> RouterCodec.read(input, 0, input.length),
                RouterTalk.messages(), LONGEST_PACKET);
    }

    private static Campaign.Report routerStreams() {
        return Campaign.of("streams of routers", input -> new RouterFrameReader(MOST_ROUTER_BYTES, RouterTalk.READING)
                        .read(ByteBuffer.wrap(input)))
                .refusingWith(MalformedException.class).allocatingAtMost(TAKEN_ON_TRUST + REFUSAL_BYTES, BYTES_PER_BYTE)
                .run(new Mutator(Sizes.SEED, RouterTalk.streams(), LONGEST_PACKET), Sizes.INPUTS, Sizes.LIMIT);
    }

    private static Campaign.Report messages() {
        List<byte[]> samples = new ArrayList<>();
        for (int messages : new int[] {1, 2, 7, 40}) {
            WireWriter out = new WireWriter(64);
            for (int message = 0; message < messages; message++) {
                out.writeBytes(new byte[message * 13 % 300]);
            }
            samples.add(out.toByteArray());
        }
        int[] count = {0};
        // an array of its own for each message, which may have no byte
        return Campaign.of("messages of a packet", input -> PackedMessages.read(input, ++count[0] % POISONED_EVERY == 0))
                .refusingWith(IllegalStateException.class).allocatingAtMost(REFUSAL_BYTES, BYTES_PER_BYTE)
                .run(new Mutator(Sizes.SEED, samples, LONGEST_PACKET), Sizes.INPUTS, Sizes.LIMIT);
    }
}
