package dev.muster.protocols.membership.detection;

import dev.muster.spi.Header;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.conformance.ProtocolConformance;
import java.util.List;

class FdAllConformanceTest extends ProtocolConformance {

    @Override
    protected ProtocolProvider provider() {
        return new FdAll.Provider();
    }

    @Override
    protected List<? extends Header> sampleHeaders() {
        return List.of(new HeartbeatHeader());
    }
}
