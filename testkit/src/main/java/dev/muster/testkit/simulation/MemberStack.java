package dev.muster.testkit.simulation;

import dev.muster.api.StackDefinition;
import java.net.InetAddress;
import java.util.List;

/** Says which stack a member runs. */
@FunctionalInterface
public interface MemberStack {

    /**
     * The stack of one member.
     *
     * @param own address of its node, to bind to
     * @param all addresses of all nodes, to find one another
     * @return its stack
     */
    StackDefinition of(InetAddress own, List<InetAddress> all);
}
