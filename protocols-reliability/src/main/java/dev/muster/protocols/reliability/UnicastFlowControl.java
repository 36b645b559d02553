package dev.muster.protocols.reliability;

import dev.muster.api.ProtocolType;
import dev.muster.api.Setting;
import dev.muster.spi.Capability;
import java.util.Set;

/**
 * {@link FlowControl} of data to one member alone: each receiver decides how fast a member may send to it. Group data pass,
 * uncontrolled unless {@link MulticastFlowControl} is in the stack as well.
 */
public final class UnicastFlowControl {

    /** Name of this protocol. */
    public static final ProtocolType TYPE = ProtocolType.of("UFC");

    private static final CreditSettings SETTINGS = CreditSettings.declare("for data to one member");

    /** Credit. */
    public static final Setting<Long> MAX_CREDITS = SETTINGS.maxCredits();

    /** When to give back, in bytes. */
    public static final Setting<Long> MIN_CREDITS = SETTINGS.minCredits();

    /** When to give back, as a share. */
    public static final Setting<Double> MIN_THRESHOLD = SETTINGS.minThreshold();

    /** Accepted for compatibility. */
    public static final Setting<Boolean> IGNORE_SYNCHRONOUS_RESPONSE = SETTINGS.ignoreSynchronousResponse();

    private UnicastFlowControl() {}

    /** Publishes the protocol. */
    public static final class Provider extends CreditProvider {

        /** For the service loader. */
        public Provider() {
            super(TYPE, SETTINGS, Set.of(Capability.UNICAST_FLOW_CONTROL));
        }

        @Override
        public String says() {
            return "Keeps senders to one member from outrunning it by credit in bytes: the other half of FC.";
        }
    }
}
