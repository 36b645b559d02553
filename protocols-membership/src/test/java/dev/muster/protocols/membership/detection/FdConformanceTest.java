package dev.muster.protocols.membership.detection;

import dev.muster.spi.Header;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.conformance.ProtocolConformance;
import java.util.List;

class FdConformanceTest extends ProtocolConformance {

    @Override
    protected ProtocolProvider provider() {
        return new Fd.Provider();
    }

    @Override
    protected List<? extends Header> sampleHeaders() {
        return List.of(NeighbourHeader.QUESTION, NeighbourHeader.ANSWER, NeighbourHeader.STRANGER);
    }
}
