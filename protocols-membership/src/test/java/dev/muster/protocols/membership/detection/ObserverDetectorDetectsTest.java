package dev.muster.protocols.membership.detection;

import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.conformance.FailureDetectorConformance;
import java.time.Duration;

class ObserverDetectorDetectsTest extends FailureDetectorConformance {

    @Override
    protected ProtocolProvider provider() {
        return new ObserverDetector.Provider();
    }

    @Override
    protected Duration deathBound() {
        return silenceBound();
    }

    @Override
    protected Duration silenceBound() {
        return Duration.ofMillis(4_600);
    }
}
