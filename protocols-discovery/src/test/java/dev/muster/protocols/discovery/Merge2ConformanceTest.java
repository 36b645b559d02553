package dev.muster.protocols.discovery;

import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.conformance.ProtocolConformance;

class Merge2ConformanceTest extends ProtocolConformance {

    @Override
    protected ProtocolProvider provider() {
        return new Merge2.Provider();
    }
}
