package dev.muster.protocols.reliability;

import dev.muster.spi.Header;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.conformance.ProtocolConformance;
import java.util.List;

class FragmentationConformanceTest extends ProtocolConformance {

    @Override
    protected ProtocolProvider provider() {
        return new Fragmentation.Provider();
    }

    @Override
    protected List<? extends Header> sampleHeaders() {
        return HeadersTest.golden(FragmentHeader.class);
    }
}
