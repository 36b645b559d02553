package com.example.acme;

import dev.muster.api.Address;
import dev.muster.api.ViewId;
import dev.muster.spi.MemberInfo;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.conformance.DiscoveryConformance;
import dev.muster.testkit.conformance.ProtocolConformance;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;

class AcmeListConformanceTest {

    @Nested
    class AsAProtocol extends ProtocolConformance {
        @Override
        protected ProtocolProvider provider() {
            return new AcmeList.Provider();
        }

        @Override
        protected List<PeerHeader> sampleHeaders() {
            Address one = Address.of(1, -1, "one");
            Address other = Address.of(Long.MIN_VALUE, Long.MAX_VALUE, "n".repeat(Address.MAX_NAME_LENGTH));
            InetSocketAddress v4 = new InetSocketAddress("10.0.0.1", 65_535);
            InetSocketAddress v6 = new InetSocketAddress("fe80::1", 0);
            ViewId view = new ViewId(Long.MAX_VALUE, other);
            return List.of(
                    new PeerHeader(false, new MemberInfo(one, v4, null, null, null)),
                    new PeerHeader(true, new MemberInfo(one, v6, other, null, view)),
                    new PeerHeader(true, new MemberInfo(other, v4, other, v6, new ViewId(0, one))));
        }
    }

    @Nested
    class AsADiscovery extends DiscoveryConformance {
        @Override
        protected ProtocolProvider provider() {
            return new AcmeList.Provider();
        }

        @Override
        protected Map<String, String> settings(List<InetSocketAddress> hosts) {
            return Map.of("peers", hosts.stream()
                    .map(host -> host.getAddress().getHostAddress() + "[" + host.getPort() + "]")
                    .collect(Collectors.joining(",")));
        }
    }
}
