package dev.muster.protocols.membership.detection;

import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.conformance.FailureDetectorConformance;
import java.time.Duration;

class FdDetectsTest extends FailureDetectorConformance {

    @Override
    protected ProtocolProvider provider() {
        return new Fd.Provider();
    }

    @Override
    protected Duration deathBound() {
        return silenceBound();
    }

    @Override
    protected Duration silenceBound() {
        return Duration.ofSeconds(9);
    }
}
