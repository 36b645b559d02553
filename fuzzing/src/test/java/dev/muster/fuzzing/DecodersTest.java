package dev.muster.fuzzing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.spi.HeaderCodec;
import dev.muster.spi.MalformedException;
import dev.muster.spi.PacketCodec;
import dev.muster.spi.ProtocolProvider;
import dev.muster.spi.WireReader;
import dev.muster.testkit.fuzz.Mutator;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Every codec of a header, and that of packets, against a million bad inputs each; two at a time. */
class DecodersTest {

    private static final int AT_A_TIME = 2;
    private static final int LONGEST_HEADER = 1_000;
    private static final int LONGEST_PACKET = 2_000;
    /** Stack trace and text of an exception; STABLE and SAFE list members by rank, 16 384 at most. */
    private static final long REFUSAL_BYTES = 8_000;
    private static final long RANKS_BYTES = 140_000;
    private static final Set<String> BY_RANK = Set.of("STABLE", "SAFE");
    /** A member of a list on the wire takes a byte or two, an object with a map entry a hundred. */
    private static final long BYTES_PER_BYTE = 120;

    @Test
    void everyDecoderRefusesGarbageWithoutHarm() throws InterruptedException, ExecutionException {
        List<Callable<Campaign.Report>> campaigns = new ArrayList<>();
        for (ProtocolProvider provider : Material.withHeaders()) {
            provider.headers().forEach(codec -> campaigns.add(() -> header(provider, codec)));
        }
        campaigns.add(DecodersTest::packet);
        ExecutorService pool = Executors.newFixedThreadPool(AT_A_TIME);
        try {
            for (Future<Campaign.Report> report : pool.invokeAll(campaigns)) {
                Sizes.tell(report.get());
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private static Campaign.Report header(ProtocolProvider provider, HeaderCodec<?> codec) {
        List<byte[]> samples = Material.TAP.headers(codec);
        assertThat(samples).as("samples of headers of %s: let Material hear some", provider.type()).isNotEmpty();
        long base = BY_RANK.contains(provider.type().name()) ? RANKS_BYTES : REFUSAL_BYTES;
        return Campaign.of(provider.type() + " " + codec.type().getSimpleName(), input -> {
            WireReader in = new WireReader(input, 0, input.length);
            codec.decode(in);
            in.expectEnd();
        }).refusingWith(MalformedException.class).allocatingAtMost(base, BYTES_PER_BYTE)
                .run(new Mutator(Sizes.SEED, samples, LONGEST_HEADER), Sizes.INPUTS, Sizes.LIMIT);
    }

    private static Campaign.Report packet() {
        PacketCodec codec = Material.TAP.codec();
        // a packet may hold a header of each kind
        return Campaign.of("packets", input -> codec.decode(input, 0, input.length))
                .refusingWith(MalformedException.class).allocatingAtMost(BY_RANK.size() * RANKS_BYTES, BYTES_PER_BYTE)
                .run(new Mutator(Sizes.SEED, Material.TAP.packets(), LONGEST_PACKET), Sizes.INPUTS, Sizes.LIMIT);
    }
}
