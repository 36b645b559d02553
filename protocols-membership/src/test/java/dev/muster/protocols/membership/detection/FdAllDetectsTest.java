package dev.muster.protocols.membership.detection;

import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.conformance.FailureDetectorConformance;
import java.time.Duration;

class FdAllDetectsTest extends FailureDetectorConformance {

    @Override
    protected ProtocolProvider provider() {
        return new FdAll.Provider();
    }

    @Override
    protected Duration deathBound() {
        return silenceBound();
    }

    @Override
    protected Duration silenceBound() {
        return Duration.ofMillis(3_450);
    }
}
