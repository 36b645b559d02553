package dev.muster.simulations;

import dev.muster.api.ProtocolType;
import dev.muster.api.Settings;
import dev.muster.api.View;
import dev.muster.spi.Context;
import dev.muster.spi.Event;
import dev.muster.spi.Packet;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.history.History;
import java.util.function.Supplier;

/** Stands on top and notes which views are found to be primary. */
final class PrimaryProbe implements Protocol {

    private final Supplier<History> history;
    private Context context;
    private View view;

    private PrimaryProbe(Supplier<History> history) {
        this.history = history;
    }

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
        context.passDown(packet);
    }

    @Override
    public Event event(Event event) {
        if (event instanceof Event.ViewInstalled installed) {
            view = installed.view();
        } else if (event instanceof Event.Primary verdict && verdict.primary()) {
            history.get().of(context.self()).foundPrimary(view);
        }
        return event;
    }

    /** Publishes it. */
    record Provider(Supplier<History> history) implements ProtocolProvider {

        static final ProtocolType TYPE = ProtocolType.of("test-primary-probe");

        @Override
        public ProtocolType type() {
            return TYPE;
        }

        @Override
        public String says() {
            return "Notes which views are primary.";
        }

        @Override
        public Protocol create(Settings settings) {
            return new PrimaryProbe(history);
        }
    }
}
