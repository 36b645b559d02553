package dev.muster.protocols.membership;

import dev.muster.spi.Header;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.conformance.ProtocolConformance;
import java.util.ArrayList;
import java.util.List;

class PrimaryPartitionConformanceTest extends ProtocolConformance {

    @Override
    protected ProtocolProvider provider() {
        return new PrimaryPartition.Provider();
    }

    @Override
    protected List<? extends Header> sampleHeaders() {
        return new ArrayList<>(HeadersTest.primary().keySet());
    }
}
