package dev.muster.protocols.reliability;

import dev.muster.api.ProtocolType;
import dev.muster.api.Setting;
import dev.muster.spi.Capability;
import java.util.Set;

/**
 * {@link FlowControl} of group data alone: the slowest receiver of the view decides how fast a member may send to the group.
 * Data to one member pass, uncontrolled unless {@link UnicastFlowControl} is in the stack as well.
 */
public final class MulticastFlowControl {

    /** Name of this protocol. */
    public static final ProtocolType TYPE = ProtocolType.of("MFC");

    private static final CreditSettings SETTINGS = CreditSettings.declare("for group data");

    /** Credit. */
    public static final Setting<Long> MAX_CREDITS = SETTINGS.maxCredits();

    /** When to give back, in bytes. */
    public static final Setting<Long> MIN_CREDITS = SETTINGS.minCredits();

    /** When to give back, as a share. */
    public static final Setting<Double> MIN_THRESHOLD = SETTINGS.minThreshold();

    /** Accepted for compatibility. */
    public static final Setting<Boolean> IGNORE_SYNCHRONOUS_RESPONSE = SETTINGS.ignoreSynchronousResponse();

    private MulticastFlowControl() {}

    /** Publishes the protocol. */
    public static final class Provider extends CreditProvider {

        /** For the service loader. */
        public Provider() {
            super(TYPE, SETTINGS, Set.of(Capability.FLOW_CONTROL));
        }

        @Override
        public String says() {
            return "Keeps senders of group data from outrunning receivers by credit in bytes: one half of FC.";
        }
    }
}
