package dev.muster.protocols.discovery;

import dev.muster.spi.Header;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.conformance.ProtocolConformance;
import java.util.List;

class MPingConformanceTest extends ProtocolConformance {

    @Override
    protected ProtocolProvider provider() {
        return new MPing.Provider();
    }

    @Override
    protected List<? extends Header> sampleHeaders() {
        return DiscoverySamples.headers();
    }
}
