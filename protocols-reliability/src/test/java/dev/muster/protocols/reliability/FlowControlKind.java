package dev.muster.protocols.reliability;

import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.spi.Packet;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.ProtocolHarness;
import java.util.List;

/** The ways of having flow control in a stack. */
enum FlowControlKind {
    FC(List.of(new FlowControl.Provider())),
    MFC(List.of(new MulticastFlowControl.Provider())),
    UFC(List.of(new UnicastFlowControl.Provider())),
    MFC_ABOVE_UFC(List.of(new UnicastFlowControl.Provider(), new MulticastFlowControl.Provider())),
    UFC_ABOVE_MFC(List.of(new MulticastFlowControl.Provider(), new UnicastFlowControl.Provider()));

    private final List<ProtocolProvider> providers;

    FlowControlKind(List<ProtocolProvider> providers) {
        this.providers = providers;
    }

    boolean controls(boolean toGroup) {
        return this != (toGroup ? UFC : MFC);
    }

    /** The layers, lowest first, with the same credit each. */
    ProtocolHarness harness(long credits) {
        ProtocolHarness harness = ProtocolHarness.of(providers.get(0), credits(providers.get(0), credits));
        providers.stream().skip(1).forEach(provider -> harness.above(provider, credits(provider, credits)));
        return harness;
    }

    /** The same above other layers. */
    void above(ProtocolHarness harness, long credits) {
        providers.forEach(provider -> harness.above(provider, credits(provider, credits)));
    }

    private static Settings credits(ProtocolProvider provider, long credits) {
        return new Settings().assign(setting(provider, "max_credits"), credits);
    }

    static Setting<?> setting(ProtocolProvider provider, String name) {
        return provider.settings().stream().filter(setting -> setting.name().equals(name)).findFirst().orElseThrow();
    }

    ProtocolProvider provider() {
        return providers.get(0);
    }

    static Packet data(Packet packet, int bytes) {
        return TestCluster.numbered(packet, 1, bytes).withFlags(Packet.DATA);
    }
}
