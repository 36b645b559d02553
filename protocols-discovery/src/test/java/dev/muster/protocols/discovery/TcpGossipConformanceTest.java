package dev.muster.protocols.discovery;

import dev.muster.api.HostPort;
import dev.muster.api.Settings;
import dev.muster.spi.Header;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.conformance.ProtocolConformance;
import java.util.List;

class TcpGossipConformanceTest extends ProtocolConformance {

    @Override
    protected ProtocolProvider provider() {
        return new TcpGossip.Provider();
    }

    @Override
    protected Settings settings() {
        return new Settings().set(TcpGossip.INITIAL_HOSTS, HostPort.list("127.0.0.1[12001]"));
    }

    @Override
    protected List<? extends Header> sampleHeaders() {
        return DiscoverySamples.headers();
    }
}
