package dev.muster.fuzzing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.spi.MalformedException;
import dev.muster.spi.WireReader;
import dev.muster.testkit.fuzz.Mutator;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Decoders that are wrong in the usual ways: each must be caught, and an honest one not. */
class PlantedBugsTest {

    private static final byte[] SAMPLE = {3, 10, 20, 30};

    private static Campaign.Report campaign(Consumer<WireReader> decoder) {
        return Campaign.of("planted", input -> decoder.accept(new WireReader(input, 0, input.length)))
                .refusingWith(MalformedException.class).allocatingAtMost(8_000, 100).hungAfter(Duration.ofSeconds(1))
                .run(new Mutator(1, List.of(SAMPLE), 100), 100_000, Duration.ofMinutes(1));
    }

    @Test
    void anHonestDecoderPasses() {
        Campaign.Report report = campaign(WireReader::readBytes);

        assertThat(report.inputs()).isEqualTo(100_000);
        assertThat(report.refused()).isBetween(1L, 99_999L);
    }

    @Test
    void aDecoderThatReadsBeyondTheEndIsCaught() {
        assertThatThrownBy(() -> campaign(in -> {
            byte[] few = new byte[8];
            few[in.readByte()] = 1;
        })).isInstanceOf(AssertionError.class).hasMessageContaining("ArrayIndexOutOfBoundsException");
    }

    @Test
    void aDecoderThatTrustsALengthIsCaught() {
        assertThatThrownBy(() -> campaign(in -> {
            byte[] trusting = new byte[in.readShort()];
            in.slice(Math.min(in.remaining(), trusting.length));
        })).isInstanceOf(AssertionError.class).hasMessageContaining("bytes of memory");
    }

    @Test
    void aDecoderThatNeverEndsIsCaught() {
        assertThatThrownBy(() -> campaign(in -> {
            boolean endless = in.remaining() > 0 && in.readByte() == 0xFF;
            while (endless && !Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
            }
        })).isInstanceOf(AssertionError.class).hasMessageContaining("not read within");
    }

    @Test
    void theSameSeedGivesTheSameInputs() {
        Mutator one = new Mutator(7, List.of(SAMPLE), 100);
        Mutator other = new Mutator(7, List.of(SAMPLE), 100);
        for (int count = 0; count < 10_000; count++) {
            assertThat(one.next()).isEqualTo(other.next());
        }
    }
}
