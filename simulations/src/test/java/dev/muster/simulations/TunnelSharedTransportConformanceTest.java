package dev.muster.simulations;

import dev.muster.api.Settings;
import dev.muster.protocols.transport.TunnelTransport;
import dev.muster.router.Router;
import dev.muster.router.RouterSettings;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.conformance.SharedTransportConformance;
import dev.muster.testkit.simulation.SimulatedNode;
import dev.muster.testkit.simulation.Simulation;
import java.net.InetAddress;
import java.util.Map;

/** All clusters of a process through one connection to each router. */
class TunnelSharedTransportConformanceTest extends SharedTransportConformance {

    private static final int PORT = 12_001;

    private String router;

    @Override
    protected ProtocolProvider provider() {
        return new TunnelTransport.Provider();
    }

    @Override
    protected void prepare(Simulation network) {
        SimulatedNode node = network.addNode();
        router = node.address().getHostAddress();
        new Router(new Settings().set(RouterSettings.PORT, PORT).set(RouterSettings.BIND_ADDR, router), node.start())
                .startAsync();
    }

    @Override
    protected Map<String, String> settings(InetAddress own) {
        return Map.of("bind_addr", own.getHostAddress(), "gossip_router_hosts", router + "[" + PORT + "]");
    }
}
