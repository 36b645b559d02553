package dev.muster.simulations;

import dev.muster.api.LayerDefinition;
import dev.muster.api.ProtocolType;
import dev.muster.api.Settings;
import dev.muster.api.StackDefinition;
import dev.muster.spi.Event;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.simulation.MemberStack;
import java.util.ArrayList;
import java.util.List;

/** A layer right above the failure detectors that notes whom they suspect, before anybody makes sure of it. */
final class SuspicionRecorder extends Onlooker {

    private final List<Event.Suspected> suspicions;

    private SuspicionRecorder(List<Event.Suspected> suspicions) {
        this.suspicions = suspicions;
    }

    /** A stack with such a layer. */
    static MemberStack in(MemberStack stack) {
        return (own, contacts) -> {
            StackDefinition definition = stack.of(own, contacts);
            List<LayerDefinition> layers = new ArrayList<>(definition.layers());
            int verification = layers.stream().map(LayerDefinition::protocol).toList().indexOf("VERIFY_SUSPECT");
            layers.add(verification, new LayerDefinition(Provider.TYPE.name(), List.of(), "test"));
            return new StackDefinition(definition.origin(), layers, definition.options());
        };
    }

    @Override
    public Event event(Event event) {
        if (event instanceof Event.Suspected suspected) {
            suspicions.add(suspected);
        }
        return event;
    }

    /** Publishes it; suspicions of all members go into one list. */
    record Provider(List<Event.Suspected> suspicions) implements ProtocolProvider {

        static final ProtocolType TYPE = ProtocolType.of("test-suspicions");

        @Override
        public ProtocolType type() {
            return TYPE;
        }

        @Override
        public String says() {
            return "Notes whom the failure detectors suspect.";
        }

        @Override
        public Protocol create(Settings settings) {
            return new SuspicionRecorder(suspicions);
        }
    }
}
