package dev.muster.testkit.simulation;

import dev.muster.api.StackDefinition;
import java.net.InetAddress;
import java.util.List;

/** Says which stack a member runs. */
@FunctionalInterface
public interface MemberStack {

    /** Most nodes that a stack is told of. By these everybody is found, so a cluster may be as large as it likes. */
    int CONTACTS = 10;

    /**
     * The stack of one member.
     *
     * @param own address of its node, to bind to
     * @param contacts addresses of the first nodes, at most {@link #CONTACTS}, to find one another
     * @return its stack
     */
    StackDefinition of(InetAddress own, List<InetAddress> contacts);
}
