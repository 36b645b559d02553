package dev.muster.protocols.transport;

import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.conformance.ProtocolConformance;

class UdpTransportConformanceTest extends ProtocolConformance {

    @Override
    protected ProtocolProvider provider() {
        return new UdpTransport.Provider();
    }
}
