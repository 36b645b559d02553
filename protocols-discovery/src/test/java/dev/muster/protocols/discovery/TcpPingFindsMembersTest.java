package dev.muster.protocols.discovery;

import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.conformance.DiscoveryConformance;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

class TcpPingFindsMembersTest extends DiscoveryConformance {

    @Override
    protected ProtocolProvider provider() {
        return new TcpPing.Provider();
    }

    @Override
    protected Map<String, String> settings(List<InetSocketAddress> hosts) {
        return Map.of("initial_hosts", DiscoverySamples.list(hosts));
    }
}
