package dev.muster.protocols.transport;

import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.conformance.SharedTransportConformance;

class UdpSharedTransportConformanceTest extends SharedTransportConformance {

    @Override
    protected ProtocolProvider provider() {
        return new UdpTransport.Provider();
    }
}
