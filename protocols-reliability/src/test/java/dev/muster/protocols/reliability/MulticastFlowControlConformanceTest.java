package dev.muster.protocols.reliability;

import dev.muster.spi.Header;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.conformance.ProtocolConformance;
import java.util.List;

class MulticastFlowControlConformanceTest extends ProtocolConformance {

    @Override
    protected ProtocolProvider provider() {
        return new MulticastFlowControl.Provider();
    }

    @Override
    protected List<? extends Header> sampleHeaders() {
        return HeadersTest.golden(FlowControlHeader.class);
    }
}
