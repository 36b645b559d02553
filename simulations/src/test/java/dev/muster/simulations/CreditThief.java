package dev.muster.simulations;

import dev.muster.api.ProtocolType;
import dev.muster.api.Settings;
import dev.muster.spi.Context;
import dev.muster.spi.Packet;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A layer right below flow control that loses what is no data and goes to one member: grants of credit, and questions for
 * them. The layers below it are reliable, so nobody sends again what it has taken.
 */
final class CreditThief implements Protocol {

    private final AtomicInteger left;
    private Context context;

    private CreditThief(AtomicInteger left) {
        this.left = left;
    }

    @Override
    public void start(Context given) {
        context = given;
    }

    @Override
    public void down(Packet packet) {
        boolean prey = !packet.has(Packet.DATA) && !packet.isToGroup();
        if (prey && left.get() > 0) {
            left.decrementAndGet();
        } else {
            context.passDown(packet);
        }
    }

    @Override
    public void up(Packet packet) {
        context.passUp(packet);
    }

    /**
     * Publishes it.
     *
     * @param left how many it still takes, all members together
     */
    record Provider(AtomicInteger left) implements ProtocolProvider {

        static final ProtocolType TYPE = ProtocolType.of("test-credit-thief");

        @Override
        public ProtocolType type() {
            return TYPE;
        }

        @Override
        public String says() {
            return "Loses grants of credit.";
        }

        @Override
        public Protocol create(Settings settings) {
            return new CreditThief(left);
        }
    }
}
