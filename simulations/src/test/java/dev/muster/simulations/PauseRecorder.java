package dev.muster.simulations;

import dev.muster.api.ProtocolType;
import dev.muster.api.Settings;
import dev.muster.spi.Event;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import java.util.List;

/** A layer on top of all others that notes for how long sending to the group was paused, in nanoseconds. */
final class PauseRecorder extends Onlooker {

    private final List<Long> pauses;
    private int open;
    private long since;

    private PauseRecorder(List<Long> pauses) {
        this.pauses = pauses;
    }

    @Override
    public Event event(Event event) {
        if (event instanceof Event.SendingPaused paused && paused.destination() == null && open++ == 0) {
            since = context.nowNanos();
        } else if (event instanceof Event.SendingResumed resumed && resumed.destination() == null && --open == 0) {
            pauses.add(context.nowNanos() - since);
        }
        return event;
    }

    /** Publishes it; pauses of all members go into one list. */
    record Provider(List<Long> pauses) implements ProtocolProvider {

        static final ProtocolType TYPE = ProtocolType.of("test-pauses");

        @Override
        public ProtocolType type() {
            return TYPE;
        }

        @Override
        public String says() {
            return "Notes how long sending is paused.";
        }

        @Override
        public Protocol create(Settings settings) {
            return new PauseRecorder(pauses);
        }
    }
}
