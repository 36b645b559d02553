package dev.muster.testkit.simulation;

import dev.muster.api.ProtocolType;
import dev.muster.api.Settings;
import dev.muster.api.View;
import dev.muster.spi.Context;
import dev.muster.spi.Event;
import dev.muster.spi.Packet;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.history.History;
import dev.muster.testkit.history.LifeHistory;

/** Stands on top of stacks that know primary views and notes which ones they are, for V4. */
final class PrimaryProbe implements Protocol {

    static final ProtocolType TYPE = ProtocolType.of("testkit-primary-probe");

    private final History history;
    private Context context;
    private View view;

    private PrimaryProbe(History history) {
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
            LifeHistory life = history.of(context.self());
            if (life != null) {
                life.foundPrimary(view);
            }
        }
        return event;
    }

    /** Publishes it. */
    record Provider(History history) implements ProtocolProvider {

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
