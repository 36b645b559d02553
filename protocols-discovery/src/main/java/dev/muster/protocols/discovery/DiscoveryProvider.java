package dev.muster.protocols.discovery;

import dev.muster.spi.Capability;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.ProtocolProvider;
import java.util.List;
import java.util.Set;

/** What is the same about all discoveries that ask each other by {@link DiscoveryHeader}. */
abstract class DiscoveryProvider implements ProtocolProvider {

    @Override
    public final Set<Capability> provides() {
        return Set.of(Capability.DISCOVERY);
    }

    @Override
    public final Set<Capability> requiresBelow() {
        return Set.of(Capability.TRANSPORT);
    }

    @Override
    public final List<HeaderCodec<?>> headers() {
        return List.of(new DiscoveryHeader.Codec());
    }
}
