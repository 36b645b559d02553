package dev.muster.router;

import dev.muster.api.Setting;
import java.time.Duration;
import java.util.List;

/** What can be set of a router, named as the established one names it. */
public final class RouterSettings {

    /** Where to listen. */
    public static final Setting<String> BIND_ADDR = Setting.text("bind_addr", "loopback")
            .says("address or interface to listen on; anything beyond loopback needs insecure mode")
            .insteadOf("every interface", "nobody is on a network by accident");

    /** The port. */
    public static final Setting<Integer> PORT = Setting.integer("port", 12001).atLeast(0).atMost(65_535)
            .says("port to listen on, 0 for any free one");

    /** Longest message. */
    public static final Setting<Long> MAX_LENGTH = Setting.bytes("max_length", 20_000_000).atLeast(1_000L)
            .atMost(1_000_000_000L)
            .says("longest message accepted; a client that announces a longer one is disconnected")
            .insteadOf("0, no limit", "a stranger could make the router take any amount of memory");

    /** Idle time. */
    public static final Setting<Duration> EXPIRY = Setting.duration("expiry", Duration.ZERO).atLeast(Duration.ZERO)
            .says("disconnect clients that have said nothing for so long; 0: never");

    /** How often to look for idle ones. */
    public static final Setting<Duration> REAPER_INTERVAL = Setting.duration("reaper_interval", Duration.ZERO)
            .atLeast(Duration.ZERO).says("how often to look for those; 0: half of expiry");

    /** Whether to tell of lost connections. */
    public static final Setting<Boolean> SUSPECT = Setting.flag("suspect", true)
            .says("tell a group when the connection of one of its members is lost");

    /** Bound of the queue of one client. */
    public static final Setting<Long> SEND_QUEUE_BYTES = Setting.bytes("send_queue_bytes", 8L << 20).atLeast(100_000L)
            .says("most bytes of messages that wait for one client; what comes beyond is dropped for that client alone, "
                    + "which its reliable protocols repair");

    /** Number of clients. */
    public static final Setting<Integer> MAX_CONNECTIONS = Setting.integer("max_connections", 10_000).atLeast(1)
            .says("most clients at a time; further ones are disconnected at once");

    /** Time for the last messages. */
    public static final Setting<Duration> DRAIN_TIMEOUT = Setting.duration("drain_timeout", Duration.ofSeconds(2))
            .atLeast(Duration.ZERO).says("when the router stops: how long it goes on to write what waits for its clients");

    /** Kernel buffer for receiving. */
    public static final Setting<Long> RECV_BUF_SIZE = Setting.bytes("recv_buf_size", 0).atLeast(0L)
            .atMost((long) Integer.MAX_VALUE)
            .says("receive buffer asked of the system per connection; 0 for its own choice");

    /** Whether it may be reached from elsewhere. */
    public static final Setting<Boolean> INSECURE = Setting.flag("insecure", false)
            .says("the network is trusted: listen beyond loopback, although this wire has no credentials and no encryption");

    /** All of them, in the order in which they are documented. */
    public static final List<Setting<?>> ALL = List.of(BIND_ADDR, PORT, MAX_LENGTH, EXPIRY, REAPER_INTERVAL, SUSPECT,
            SEND_QUEUE_BYTES, MAX_CONNECTIONS, DRAIN_TIMEOUT, RECV_BUF_SIZE, INSECURE);

    private RouterSettings() {}
}
