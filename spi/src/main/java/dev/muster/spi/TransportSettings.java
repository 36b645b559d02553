package dev.muster.spi;

import dev.muster.api.HostPort;
import dev.muster.api.Setting;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Settings that all transports share. The core reads those about packing and delivery from the transport's settings. */
public final class TransportSettings {

    /** Where to bind. */
    public static final Setting<String> BIND_ADDR = Setting.text("bind_addr", null)
            .says("address or interface to send and receive on; without it the property muster.bind_addr, then "
                    + "jgroups.bind_addr, then loopback").reaching();

    /** Packing on or off. */
    public static final Setting<Boolean> ENABLE_BUNDLING = Setting.flag("enable_bundling", true)
            .says("pack messages that wait for the same destination into one packet; false: one message per packet");

    /** Largest packet. */
    public static final Setting<Long> MAX_BUNDLE_SIZE = Setting.bytes("max_bundle_size", 64_000)
            .alias("bundler.max_size").atLeast(1_000L)
            .says("largest packet in bytes, headers included");

    /** Accepted for compatibility. */
    public static final Setting<Duration> MAX_BUNDLE_TIMEOUT = Setting.duration("max_bundle_timeout", Duration.ofMillis(30))
            .alias("max_bundle_time").positive()
            .says("longest time a message waits for others")
            .withoutEffect("a packet leaves as soon as the stack is idle, so no message ever waits for a timer");

    /** The threads that deliver messages in order. */
    public static final PoolSettings THREAD_POOL = PoolSettings.ORDINARY;

    /** The threads that deliver messages flagged {@link dev.muster.api.Flag#OOB}. */
    public static final PoolSettings OOB_THREAD_POOL = PoolSettings.OUT_OF_BAND;

    /** Whether to sleep at once. */
    public static final Setting<Duration> SPIN_TIME = Setting.duration("spin_time", Duration.ofNanos(50_000))
            .atLeast(Duration.ZERO)
            .says("whoever waits in Channel.await, and the loop after an InlineReceiver has sent something, stays awake so long for "
                    + "what may be answered, as long as that pays: most of a round trip is the waking of threads; 0: sleep at "
                    + "once");

    /** What threads are called. */
    public static final Setting<String> THREAD_NAMING_PATTERN = Setting.text("thread_naming_pattern", "cl")
            .says("what the names of threads end with: c for the name of the cluster, l for the member's own, in the order "
                    + "written here");

    /** Whether channels share a transport. */
    public static final Setting<String> SINGLETON_NAME = Setting.text("singleton_name", null)
            .says("channels of one process whose transports have the same name share the transport: sockets, the loop, the threads "
                    + "that deliver; each has a cluster of its own. All settings of these transports must agree");

    private static final String OWN_LOOP = "timers run on the stack's own loop";

    /** Settings of an established toolkit that have no effect here, accepted for compatibility. */
    private static final List<Setting<?>> WITHOUT_EFFECT = List.of(
            Setting.text("timer_type", null).says("kind of timer").withoutEffect(OWN_LOOP),
            Setting.integer("timer.min_threads", 2).atLeast(0).says("threads of timers").withoutEffect(OWN_LOOP),
            Setting.integer("timer.max_threads", 4).atLeast(1).says("most threads of timers").withoutEffect(OWN_LOOP),
            Setting.duration("timer.keep_alive_time", Duration.ofSeconds(5)).positive().says("how long an idle one is kept")
                    .withoutEffect(OWN_LOOP),
            Setting.integer("timer.queue_max_size", 500).atLeast(0).says("most timers that wait").withoutEffect(OWN_LOOP));

    /**
     * Whether group packets are multicast. Only transports declare it whose packets are datagrams, of at most {@link
     * #MOST_DATAGRAM_BYTES}: it is not among {@link #ALL}.
     */
    public static final Setting<Boolean> IP_MCAST = Setting.flag("ip_mcast", true)
            .says("send a group packet as one multicast datagram; false: as one datagram to each member");

    /**
     * Largest packet that goes into one datagram, in bytes, headers included. IPv4 carries 65507; the rest is for what seals
     * the datagram, if anything does.
     */
    public static final int MOST_DATAGRAM_BYTES = 65_400;

    /** What to make of packets of another version of the wire format. For transports that read bytes; not among {@link #ALL}. */
    public static final Setting<Boolean> DISCARD_INCOMPATIBLE_PACKETS = Setting.flag("discard_incompatible_packets", true)
            .says("drop packets of another version of the wire format, with a warning now and then; false: try to understand "
                    + "them");

    /** Routers of a transport that goes through such; not among {@link #ALL}. A group packet reaches all who registered there. */
    public static final Setting<List<HostPort>> GOSSIP_ROUTER_HOSTS = Setting.hosts("gossip_router_hosts", "")
            .says("routers, as host1[12001],host2[12001]; any that is connected serves; names are resolved once at start")
            .reaching();

    /** Whether to answer {@code muster probe}, and to show this member in JMX. */
    public static final Setting<Boolean> ENABLE_DIAGNOSTICS = Setting.flag("enable_diagnostics", false)
            .says("let muster probe and JMX read this member: its view, stack, counters, queues and what it waits for; "
                    + "read-only")
            .insteadOf("true", "nothing is opened that was not asked for");

    /** Where probes were sent to. */
    public static final Setting<String> DIAGNOSTICS_ADDR = Setting.text("diagnostics_addr", "224.0.75.75")
            .says("group that probes are multicast to")
            .withoutEffect("a probe connects to the ports of a host's members, from diagnostics_port on");

    /** First port to listen on for probes. */
    public static final Setting<Integer> DIAGNOSTICS_PORT = Setting.integer("diagnostics_port", 7500).atLeast(0)
            .atMost(65_535).says("port to answer probes on; where it is taken, one of the 31 after it; 0 for any");

    /** Where to listen for probes. */
    public static final Setting<String> DIAGNOSTICS_BIND_ADDR = Setting.text("diagnostics_bind_addr", "loopback")
            .says("address or interface to answer probes on, as bind_addr is written; beyond loopback a "
                    + "diagnostics_passcode is needed");

    /** What a probe must know. */
    public static final Setting<String> DIAGNOSTICS_PASSCODE = Setting.secret("diagnostics_passcode")
            .says("what a probe must prove to know; it never crosses the network itself, answers do, unencrypted");

    /** What every transport has, for {@link ProtocolProvider#settings}. */
    public static final List<Setting<?>> ALL = Stream.of(
            List.<Setting<?>>of(BIND_ADDR, ENABLE_BUNDLING, MAX_BUNDLE_SIZE, MAX_BUNDLE_TIMEOUT), THREAD_POOL.all(),
            OOB_THREAD_POOL.all(), List.<Setting<?>>of(SPIN_TIME, THREAD_NAMING_PATTERN, SINGLETON_NAME, ENABLE_DIAGNOSTICS,
                    DIAGNOSTICS_ADDR, DIAGNOSTICS_PORT, DIAGNOSTICS_BIND_ADDR, DIAGNOSTICS_PASSCODE), WITHOUT_EFFECT).flatMap(List::stream).toList();

    private TransportSettings() {}
}
