package dev.muster.protocols.membership.detection;

import dev.muster.spi.Header;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.ProtocolHarness;
import dev.muster.testkit.conformance.ProtocolConformance;
import java.util.List;

class VerifySuspectConformanceTest extends ProtocolConformance {

    @Override
    protected ProtocolProvider provider() {
        return new VerifySuspect.Provider();
    }

    @Override
    protected List<? extends Header> sampleHeaders() {
        return List.of(new VerificationHeader(false, ProtocolHarness.member(1)), new VerificationHeader(true, ProtocolHarness.member(2)));
    }
}
