package dev.muster.protocols.membership.detection;

import dev.muster.spi.Capability;
import dev.muster.spi.ProtocolProvider;
import java.util.Set;

/** What is the same about all detectors of failures. */
abstract class DetectorProvider implements ProtocolProvider {

    @Override
    public final Set<Capability> provides() {
        return Set.of(Capability.FAILURE_DETECTION);
    }

    @Override
    public final Set<Capability> requiresBelow() {
        return Set.of(Capability.TRANSPORT);
    }
}
