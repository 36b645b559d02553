package dev.muster.protocols.ordering;

import dev.muster.spi.Header;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.conformance.ProtocolConformance;
import java.util.List;

class SafeConformanceTest extends ProtocolConformance {

    @Override
    protected ProtocolProvider provider() {
        return new Safe.Provider();
    }

    @Override
    protected List<? extends Header> sampleHeaders() {
        return HeadersTest.golden(SafeHeader.class);
    }
}
