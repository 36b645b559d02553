package dev.muster.protocols.membership.detection;

import dev.muster.spi.Header;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.conformance.ProtocolConformance;
import java.net.InetSocketAddress;
import java.util.List;

class FdSockConformanceTest extends ProtocolConformance {

    @Override
    protected ProtocolProvider provider() {
        return new FdSock.Provider();
    }

    @Override
    protected List<? extends Header> sampleHeaders() {
        return List.of(new ListenerHeader(null), new ListenerHeader(new InetSocketAddress("127.0.0.1", 5)));
    }
}
