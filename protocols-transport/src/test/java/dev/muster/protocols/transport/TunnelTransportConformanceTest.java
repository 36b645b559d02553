package dev.muster.protocols.transport;

import dev.muster.api.Settings;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.conformance.ProtocolConformance;

class TunnelTransportConformanceTest extends ProtocolConformance {

    @Override
    protected ProtocolProvider provider() {
        return new TunnelTransport.Provider();
    }

    @Override
    protected Settings settings() {
        return new Settings().set(TunnelSettings.ROUTER_HOST, "127.0.0.1");
    }
}
