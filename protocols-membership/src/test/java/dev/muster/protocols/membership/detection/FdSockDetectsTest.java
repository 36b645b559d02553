package dev.muster.protocols.membership.detection;

import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.conformance.FailureDetectorConformance;
import java.time.Duration;

class FdSockDetectsTest extends FailureDetectorConformance {

    @Override
    protected ProtocolProvider provider() {
        return new FdSock.Provider();
    }

    @Override
    protected Duration deathBound() {
        return Duration.ofMillis(20);
    }

    @Override
    protected Duration silenceBound() {
        return null;
    }
}
