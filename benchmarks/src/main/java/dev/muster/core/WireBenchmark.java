package dev.muster.core;

import dev.muster.api.Address;
import dev.muster.api.ViewId;
import dev.muster.spi.Header;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.Packet;
import dev.muster.spi.ProtocolProvider;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;
import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;
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

/** The head of a group packet, to bytes and back: once per packet, not per message. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class WireBenchmark {

    private static final int NAKACK = 20;
    private static final int DATA = 1;
    private static final long CLUSTER = 0x1234_5678_9ABC_DEF0L;

    private final Address sender = Address.of(1, 2, "m1");
    private final WireWriter out = new WireWriter(256);
    private final WireCodec codec;
    private final Packet packet;
    private final byte[] encoded;

    /** Two packets of one kind: one to encode, one encoded. */
    public WireBenchmark() {
        List<HeaderCodec<?>> codecs = ServiceLoader.load(ProtocolProvider.class).stream()
                .<HeaderCodec<?>>flatMap(provider -> provider.get().headers().stream()).toList();
        codec = new WireCodec(codecs);
        codec.remember(sender);
        Header numbered = codecs.stream().filter(each -> each.id() == NAKACK).findFirst().orElseThrow()
                .decode(new WireReader(header(), 0, header().length));
        packet = Packet.toGroup().with(numbered).withFlags(Packet.DATA).from(sender, CLUSTER);
        encoded = encode();
    }

    private byte[] header() {
        WireWriter body = new WireWriter(64);
        body.writeByte(DATA).writeViewId(new ViewId(7, sender)).writeVarint(1_000_000);
        return Arrays.copyOf(body.array(), body.length());
    }

    private byte[] encode() {
        out.clear();
        codec.encodeHead(packet, out);
        return Arrays.copyOf(out.array(), out.length());
    }

    /** Write a head. */
    @Benchmark
    public int encodeHead() {
        out.clear();
        codec.encodeHead(packet, out);
        return out.length();
    }

    /** Read it. */
    @Benchmark
    public Packet decode() {
        return codec.decode(encoded, 0, encoded.length);
    }
}
