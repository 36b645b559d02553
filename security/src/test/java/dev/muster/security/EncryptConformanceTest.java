package dev.muster.security;

import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.conformance.ProtocolConformance;

class EncryptConformanceTest extends ProtocolConformance {

    @Override
    protected ProtocolProvider provider() {
        return new Encrypt.Provider();
    }
}
