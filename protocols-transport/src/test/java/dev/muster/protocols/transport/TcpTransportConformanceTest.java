package dev.muster.protocols.transport;

import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.conformance.ProtocolConformance;

class TcpTransportConformanceTest extends ProtocolConformance {

    @Override
    protected ProtocolProvider provider() {
        return new TcpTransport.Provider();
    }
}
