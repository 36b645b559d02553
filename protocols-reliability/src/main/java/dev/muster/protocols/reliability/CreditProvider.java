package dev.muster.protocols.reliability;

import dev.muster.api.ProtocolType;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.spi.Capability;
import dev.muster.spi.Figure;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import java.util.List;
import java.util.Set;

/** Publishes {@link FlowControl} under one name, for what it controls under that. */
abstract class CreditProvider implements ProtocolProvider {

    private final ProtocolType type;
    private final CreditSettings settings;
    private final Set<Capability> controls;

    /**
     * Prepare a provider.
     *
     * @param type its name
     * @param settings its settings
     * @param controls {@link Capability#FLOW_CONTROL}, {@link Capability#UNICAST_FLOW_CONTROL} or both
     */
    CreditProvider(ProtocolType type, CreditSettings settings, Set<Capability> controls) {
        this.type = type;
        this.settings = settings;
        this.controls = controls;
    }

    @Override
    public ProtocolType type() {
        return type;
    }

    @Override
    public List<String> promises() {
        return List.of(
                "no receiver has to keep more than max_credits bytes of one sender that it has not consumed, and one packet",
                "nobody waits for ever: lost grants, members that leave and changes of view release credit");
    }

    @Override
    public List<String> doesNotPromise() {
        return List.of(
                "that messages flagged NO_FC wait",
                "a share of the bandwidth for each sender");
    }

    @Override
    public List<Figure> figures() {
        return List.of(
                new Figure("credit_waits", "times that packets began to wait for credit"),
                new Figure("grants_sent", "grants of credit sent"),
                new Figure("credits_asked", "grants asked for after a long wait"),
                new Figure("dropped_receiver_left", "packets for which a member that left, or never came, had no credit"),
                Figure.WAITING_PACKETS,
                Figure.KEPT_BYTES);
    }

    @Override
    public List<Setting<?>> settings() {
        return settings.all();
    }

    @Override
    public Set<Capability> provides() {
        return controls;
    }

    /** Credit is granted in packets to one member, whatever it is for. */
    @Override
    public Set<Capability> requiresBelow() {
        return controls.contains(Capability.FLOW_CONTROL)
                ? Set.of(Capability.RELIABLE_MULTICAST, Capability.RELIABLE_UNICAST, Capability.MEMBERSHIP)
                : Set.of(Capability.RELIABLE_UNICAST, Capability.MEMBERSHIP);
    }

    @Override
    public List<HeaderCodec<?>> headers() {
        return List.of(new FlowControlHeader.Codec());
    }

    @Override
    public void validate(Settings values, Problems problems) {
        settings.validate(values, problems);
    }

    @Override
    public Protocol create(Settings values) {
        return new FlowControl(controls.contains(Capability.FLOW_CONTROL), controls.contains(Capability.UNICAST_FLOW_CONTROL),
                settings.most(values), settings.quantum(values));
    }
}
