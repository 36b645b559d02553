package dev.muster.spi;

/**
 * A service that a layer provides to others. Open: plug-ins may name their own.
 *
 * @param name lower case with hyphens
 */
public record Capability(String name) {

    /** Moves packets between members. */
    public static final Capability TRANSPORT = new Capability("transport");
    /** Lets nothing unauthenticated in and nothing readable out: is a {@link NetworkSecurity}. */
    public static final Capability ENCRYPTION = new Capability("encryption");
    /** Speaks another program's wire, and to that program: its sockets can't be sealed by {@link #ENCRYPTION}. */
    public static final Capability FOREIGN_WIRE = new Capability("foreign-wire");
    /** Encrypts what it opens itself ({@link Network#forEncryptedStreams}), so that it may lead anywhere. */
    public static final Capability OWN_ENCRYPTION = new Capability("own-encryption");
    /** Finds members: answers {@link Event.FindMembers} with {@link Event.MembersFound}. */
    public static final Capability DISCOVERY = new Capability("discovery");
    /** Looks for other parts of the group: emits {@link Event.MergeNeeded}. */
    public static final Capability MERGING = new Capability("merging");
    /** Emits {@link Event.Suspected}. */
    public static final Capability FAILURE_DETECTION = new Capability("failure-detection");
    /** Double-checks suspicions. */
    public static final Capability SUSPICION_VERIFICATION = new Capability("suspicion-verification");
    /** Group packets arrive, once, in sender order; takes part in flushes. */
    public static final Capability RELIABLE_MULTICAST = new Capability("reliable-multicast");
    /** Packets to one member arrive, once, in order, whatever their size. */
    public static final Capability RELIABLE_UNICAST = new Capability("reliable-unicast");
    /** Finds out what everybody has: emits {@link Event.Stable}. */
    public static final Capability STABILITY = new Capability("stability");
    /** Agrees on views: emits {@link Event.ViewInstalled}. */
    public static final Capability MEMBERSHIP = new Capability("membership");
    /** Keeps senders of group packets from outrunning receivers. */
    public static final Capability FLOW_CONTROL = new Capability("flow-control");
    /** Keeps senders of packets to one member from outrunning it. */
    public static final Capability UNICAST_FLOW_CONTROL = new Capability("unicast-flow-control");
    /** Carries messages larger than a packet. */
    public static final Capability FRAGMENTATION = new Capability("fragmentation");
    /** Brings the application's state to newcomers. */
    public static final Capability STATE_TRANSFER = new Capability("state-transfer");

    @Override
    public String toString() {
        return name;
    }
}
