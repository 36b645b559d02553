package dev.muster.protocols.reliability;

import dev.muster.spi.Packet;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What is kept for each packet until it is stable, and what is asked for when some are missing. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class WindowBenchmark {

    private static final int BOUND = 1 << 17;
    private static final int KEPT = 512;
    private static final int GAPS = 16;

    private final Packet packet = Packet.toGroup().withPayload(new byte[100], 0, 100);
    private final PacketRing ring = new PacketRing(BOUND);
    private final WireWriter out = new WireWriter(512);
    private final Ranges ranges = everySecond();
    private final byte[] encoded;
    private long sequence;

    /** A ring that is as full as it gets between two rounds of stability. */
    public WindowBenchmark() {
        while (sequence < KEPT) {
            ring.put(++sequence, packet);
        }
        ranges.encode(out);
        encoded = Arrays.copyOf(out.array(), out.length());
    }

    private static Ranges everySecond() {
        Ranges.Builder builder = new Ranges.Builder();
        for (int gap = 1; gap <= GAPS; gap++) {
            builder.add(2L * gap);
        }
        return builder.build();
    }

    /** Keep one more and let the oldest one go. */
    @Benchmark
    public int keepAndFree() {
        ring.put(++sequence, packet);
        ring.freeTo(sequence - KEPT);
        return ring.kept();
    }

    /** Gather what is missing. */
    @Benchmark
    public Object gatherRanges() {
        return everySecond();
    }

    /** Ask for it. */
    @Benchmark
    public int encodeRanges() {
        out.clear();
        ranges.encode(out);
        return out.length();
    }

    /** Be asked for it. */
    @Benchmark
    public Object decodeRanges() {
        return Ranges.decode(new WireReader(encoded, 0, encoded.length));
    }
}
