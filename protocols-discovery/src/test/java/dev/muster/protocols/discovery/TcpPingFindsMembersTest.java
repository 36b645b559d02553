package dev.muster.protocols.discovery;

import dev.muster.api.HostPort;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.conformance.DiscoveryConformance;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

class TcpPingFindsMembersTest extends DiscoveryConformance {

    @Override
    protected ProtocolProvider provider() {
        return new TcpPing.Provider();
    }

    @Override
    protected Map<String, String> settings(List<InetSocketAddress> hosts) {
        return Map.of("initial_hosts", hosts.stream()
                .map(host -> new HostPort(host.getAddress().getHostAddress(), host.getPort()).toString())
                .collect(Collectors.joining(",")));
    }
}
