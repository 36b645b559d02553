package dev.muster.it;

import dev.muster.api.ProtocolType;
import dev.muster.api.Settings;
import dev.muster.spi.Context;
import dev.muster.spi.Header;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.Packet;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/** Marks every packet that a stack sends, and remembers which marks its decoder has ever been given. */
final class Witness implements ProtocolProvider {

    private static final int ID = 300;

    private final int mark;
    private final Set<Integer> decoded = new ConcurrentSkipListSet<>();

    Witness(int mark) {
        this.mark = mark;
    }

    /** Marks of all packets that were parsed here. */
    Set<Integer> decoded() {
        return decoded;
    }

    private record Mark(int mark) implements Header {}

    private final class Codec implements HeaderCodec<Mark> {
        @Override
        public int id() {
            return ID;
        }

        @Override
        public Class<Mark> type() {
            return Mark.class;
        }

        @Override
        public void encode(Mark header, WireWriter out) {
            out.writeInt(header.mark);
        }

        @Override
        public Mark decode(WireReader in) {
            Mark header = new Mark(in.readInt());
            decoded.add(header.mark);
            return header;
        }
    }

    @Override
    public ProtocolType type() {
        return ProtocolType.of("test-WITNESS");
    }

    @Override
    public String says() {
        return "Marks packets.";
    }

    @Override
    public List<HeaderCodec<?>> headers() {
        return List.of(new Codec());
    }

    @Override
    public Protocol create(Settings settings) {
        return new Protocol() {
            private Context context;

            @Override
            public void start(Context given) {
                context = given;
            }

            @Override
            public void up(Packet packet) {
                context.passUp(packet);
            }

            @Override
            public void down(Packet packet) {
                context.passDown(packet.with(new Mark(mark)));
            }
        };
    }
}
