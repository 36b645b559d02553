package com.example.acme;

import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.conformance.FailureDetectorConformance;
import dev.muster.testkit.conformance.ProtocolConformance;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;

class AcmePingConformanceTest {

    @Nested
    class AsAProtocol extends ProtocolConformance {
        @Override
        protected ProtocolProvider provider() {
            return new AcmePing.Provider();
        }

        @Override
        protected List<PingHeader> sampleHeaders() {
            return List.of(new PingHeader(false), new PingHeader(true));
        }
    }

    @Nested
    class AsAFailureDetector extends FailureDetectorConformance {
        @Override
        protected ProtocolProvider provider() {
            return new AcmePing.Provider();
        }

        /** interval · (tries + 1), with its defaults, and a little for the way. */
        @Override
        protected Duration silenceBound() {
            return Duration.ofMillis(300 * (5 + 1) + 50);
        }

        /** It can't tell a dead process from a silent one. */
        @Override
        protected Duration deathBound() {
            return silenceBound();
        }
    }
}
