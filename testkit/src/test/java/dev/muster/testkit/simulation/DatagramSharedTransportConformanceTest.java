package dev.muster.testkit.simulation;

import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.conformance.SharedTransportConformance;

class DatagramSharedTransportConformanceTest extends SharedTransportConformance {

    @Override
    protected ProtocolProvider provider() {
        return new DatagramTransport.Provider();
    }
}
