package dev.muster.it;

import dev.muster.api.ProtocolType;
import dev.muster.api.Settings;
import dev.muster.spi.Context;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;

/** Stands right above the transport and swallows everything in both directions while it is told to. */
final class Muffler implements ProtocolProvider {

    static final ProtocolType TYPE = ProtocolType.of("test-MUFFLER");

    private volatile boolean silent;

    void silence(boolean value) {
        silent = value;
    }

    @Override
    public ProtocolType type() {
        return TYPE;
    }

    @Override
    public String says() {
        return "Swallows packets while a test wants it to.";
    }

    @Override
    public Protocol create(Settings settings) {
        return new Layer();
    }

    private final class Layer implements Protocol {
        private Context context;

        @Override
        public void start(Context given) {
            context = given;
        }

        @Override
        public void up(Packet packet) {
            if (!silent) {
                context.passUp(packet);
            }
        }

        @Override
        public void up(PacketBatch batch) {
            if (!silent) {
                context.passUp(batch);
            }
        }

        @Override
        public void down(Packet packet) {
            if (!silent) {
                context.passDown(packet);
            }
        }
    }
}
