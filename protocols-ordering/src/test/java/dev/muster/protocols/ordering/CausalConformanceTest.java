package dev.muster.protocols.ordering;

import dev.muster.spi.Header;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.conformance.ProtocolConformance;
import java.util.List;

class CausalConformanceTest extends ProtocolConformance {

    @Override
    protected ProtocolProvider provider() {
        return new Causal.Provider();
    }

    @Override
    protected List<? extends Header> sampleHeaders() {
        return HeadersTest.golden(CausalHeader.class);
    }
}
