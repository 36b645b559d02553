package org.example.twomembers;

import dev.muster.api.HostPort;
import dev.muster.api.StackBuilder;
import dev.muster.protocols.discovery.DiscoverySettings;
import dev.muster.protocols.discovery.Merge2;
import dev.muster.protocols.discovery.TcpPing;
import dev.muster.protocols.membership.GroupMembership;
import dev.muster.protocols.membership.StateTransferProtocol;
import dev.muster.protocols.membership.detection.FdAll;
import dev.muster.protocols.membership.detection.FdSock;
import dev.muster.protocols.membership.detection.VerifySuspect;
import dev.muster.protocols.reliability.FlowControl;
import dev.muster.protocols.reliability.Fragmentation;
import dev.muster.protocols.reliability.Nakack;
import dev.muster.protocols.reliability.Stable;
import dev.muster.protocols.reliability.Unicast;
import dev.muster.protocols.transport.TcpTransport;
import java.time.Duration;
import java.util.List;

/** The protocols of the stack that Muster calls {@code default}, written down in code. */
final class DefaultStack {

    private DefaultStack() {}

    /**
     * A stack that listens at one port on loopback and looks for others at some.
     *
     * @param name for people
     * @param port where to listen
     * @param everybody where members may be, this one included
     * @return a builder, so that the caller can still change it
     */
    static StackBuilder at(String name, int port, List<HostPort> everybody) {
        return StackBuilder.create()
                .name(name)
                .add(TcpTransport.TYPE, s -> s
                        .set(TcpTransport.START_PORT, port)
                        .set(TcpTransport.END_PORT, port))
                .add(TcpPing.TYPE, s -> s
                        .set(TcpPing.INITIAL_HOSTS, everybody)
                        .set(DiscoverySettings.TIMEOUT, Duration.ofSeconds(3)))
                .add(Merge2.TYPE)
                .add(FdSock.TYPE)
                .add(FdAll.TYPE, s -> s
                        .set(FdAll.TIMEOUT, Duration.ofMillis(3500))
                        .set(FdAll.INTERVAL, Duration.ofMillis(500)))
                .add(VerifySuspect.TYPE)
                .add(Nakack.TYPE)
                .add(Unicast.TYPE)
                .add(Stable.TYPE)
                .add(GroupMembership.TYPE)
                .add(FlowControl.TYPE, s -> s.set(FlowControl.MAX_CREDITS, 2_000_000L))
                .add(Fragmentation.TYPE)
                .add(StateTransferProtocol.TYPE);
    }
}
