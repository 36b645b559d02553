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

    /** Whether application callbacks have threads of their own. */
    public static final Setting<Boolean> THREAD_POOL_ENABLED = Setting.flag("thread_pool.enabled", true)
            .says("deliver on threads of their own; false: on the stack's own thread, so receivers must be quick");

    /** Most delivering threads. */
    public static final Setting<Integer> THREAD_POOL_MAX_THREADS = Setting.integer("thread_pool.max_threads", 8)
            .atLeast(1).says("most threads that deliver side by side, one per sender at a time");

    /** Fewest delivering threads. */
    public static final Setting<Integer> THREAD_POOL_MIN_THREADS = Setting.integer("thread_pool.min_threads", 2)
            .atLeast(0).says("delivering threads that are kept when idle");

    /** Life of idle threads. */
    public static final Setting<Duration> THREAD_POOL_KEEP_ALIVE_TIME =
            Setting.duration("thread_pool.keep_alive_time", Duration.ofSeconds(5)).positive()
                    .says("how long an idle delivering thread beyond the minimum is kept");

    /** What an established toolkit does with what finds no thread; accepted for compatibility. */
    public enum RejectionPolicy {
        /** Raise an error. */
        ABORT,
        /** Drop it. */
        DISCARD,
        /** Let the thread that reads deliver it. */
        RUN,
        /** Let the thread that reads wait. */
        BLOCK
    }

    private static final String BOUNDED_BY_CREDITS = "what waits for a thread is bounded by credits: nothing that was "
            + "acknowledged is ever dropped, a full lane grants no more";

    private static final String ONE_POOL = "messages flagged OOB are delivered by the threads of thread_pool, without waiting "
            + "for those before them";

    private static final String OWN_LOOP = "timers run on the stack's own loop";

    /** Settings of an established toolkit that have no effect here, accepted for compatibility. */
    private static final List<Setting<?>> WITHOUT_EFFECT = List.of(
            Setting.flag("thread_pool.queue_enabled", true).says("let messages wait for a thread")
                    .withoutEffect(BOUNDED_BY_CREDITS),
            Setting.integer("thread_pool.queue_max_size", 10_000).atLeast(0).says("most messages that wait for a thread")
                    .withoutEffect(BOUNDED_BY_CREDITS),
            Setting.choice("thread_pool.rejection_policy", RejectionPolicy.DISCARD).says("what becomes of those beyond")
                    .withoutEffect(BOUNDED_BY_CREDITS),
            Setting.flag("oob_thread_pool.enabled", true).says("threads of their own for messages flagged OOB")
                    .withoutEffect(ONE_POOL),
            Setting.integer("oob_thread_pool.min_threads", 1).atLeast(0).says("those that are kept when idle")
                    .withoutEffect(ONE_POOL),
            Setting.integer("oob_thread_pool.max_threads", 8).atLeast(1).says("most of them").withoutEffect(ONE_POOL),
            Setting.duration("oob_thread_pool.keep_alive_time", Duration.ofSeconds(5)).positive()
                    .says("how long an idle one is kept").withoutEffect(ONE_POOL),
            Setting.flag("oob_thread_pool.queue_enabled", false).says("let messages flagged OOB wait for a thread")
                    .withoutEffect(BOUNDED_BY_CREDITS),
            Setting.integer("oob_thread_pool.queue_max_size", 100).atLeast(0).says("most of them that wait")
                    .withoutEffect(BOUNDED_BY_CREDITS),
            Setting.choice("oob_thread_pool.rejection_policy", RejectionPolicy.RUN).says("what becomes of those beyond")
                    .withoutEffect(BOUNDED_BY_CREDITS),
            Setting.text("timer_type", null).says("kind of timer").withoutEffect(OWN_LOOP),
            Setting.integer("timer.min_threads", 2).atLeast(0).says("threads of timers").withoutEffect(OWN_LOOP),
            Setting.integer("timer.max_threads", 4).atLeast(1).says("most threads of timers").withoutEffect(OWN_LOOP),
            Setting.duration("timer.keep_alive_time", Duration.ofSeconds(5)).positive().says("how long an idle one is kept")
                    .withoutEffect(OWN_LOOP),
            Setting.integer("timer.queue_max_size", 500).atLeast(0).says("most timers that wait").withoutEffect(OWN_LOOP),
            Setting.text("thread_naming_pattern", "cl").says("what threads are called: c for the cluster, l for the address")
                    .withoutEffect("threads are called muster-… and numbered"),
            Setting.text("singleton_name", null).says("channels of one process whose transports have the same name share one")
                    .withoutEffect("each channel has sockets and a thread of its own"));

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
            .withoutEffect("a probe connects to the members' ports, one after another from diagnostics_port on");

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
    public static final List<Setting<?>> ALL = Stream.concat(Stream.<Setting<?>>of(BIND_ADDR, ENABLE_BUNDLING, MAX_BUNDLE_SIZE,
            MAX_BUNDLE_TIMEOUT, THREAD_POOL_ENABLED, THREAD_POOL_MIN_THREADS, THREAD_POOL_MAX_THREADS,
            THREAD_POOL_KEEP_ALIVE_TIME, ENABLE_DIAGNOSTICS, DIAGNOSTICS_ADDR, DIAGNOSTICS_PORT, DIAGNOSTICS_BIND_ADDR,
            DIAGNOSTICS_PASSCODE), WITHOUT_EFFECT.stream()).toList();

    private TransportSettings() {}
}
