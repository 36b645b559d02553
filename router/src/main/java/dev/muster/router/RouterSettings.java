package dev.muster.router;

import dev.muster.api.Setting;
import dev.muster.spi.TransportSettings;
import dev.muster.spi.tls.TlsSettings;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What can be set of a router, named as the established one names it. */
public final class RouterSettings {

    /** Where to listen. */
    public static final Setting<String> BIND_ADDR = Setting.text("bind_addr", "loopback")
            .says("address or interface to listen on; beyond loopback clients must prove who they are, by key_file or tls_client_auth, unless insecure")
            .insteadOf("every interface", "nobody is on a network by accident");

    /** The port. */
    public static final Setting<Integer> PORT = Setting.integer("port", 12001).atLeast(0).atMost(65_535)
            .says("port to listen on, 0 for any free one");

    /** Longest message. */
    public static final Setting<Long> MAX_LENGTH = Setting.bytes("max_length", 20_000_000).atLeast(1_000L)
            .atMost(1_000_000_000L)
            .says("longest message accepted; a client that announces a longer one is disconnected")
            .insteadOf("0, no limit", "a stranger could make the router take any amount of memory");

    /** Time for the first words. */
    public static final Setting<Duration> GREETING_TIMEOUT = Setting.duration("greeting_timeout", Duration.ofSeconds(10))
            .positive().says("disconnect clients that have not said anything that is understood for so long since they "
                    + "connected; with TLS they must have proved who they are by then");

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

    /** The group's keys. */
    public static final Setting<String> KEY_FILE = Setting.text("key_file", null)
            .says("file with the keys of the group, made by muster key: only members with ENCRYPT and one of them are heard");

    /** How often the keys are read again. */
    public static final Setting<Duration> RELOAD_INTERVAL = Setting.duration("reload_interval", Duration.ofSeconds(10))
            .atLeast(Duration.ZERO).says("how often to read the key file again, so that keys change without a restart; 0: never");

    /** Whether it may be reached from elsewhere. */
    public static final Setting<Boolean> INSECURE = Setting.flag("insecure", false)
            .says("the network is trusted: listen beyond loopback, although clients need not prove who they are");

    /** All of them, in the order in which they are documented. */
    public static final List<Setting<?>> ALL = Stream.of(List.of(BIND_ADDR, PORT, MAX_LENGTH, GREETING_TIMEOUT, EXPIRY,
            REAPER_INTERVAL, SUSPECT, SEND_QUEUE_BYTES, MAX_CONNECTIONS, DRAIN_TIMEOUT, RECV_BUF_SIZE, KEY_FILE, RELOAD_INTERVAL),
            TlsSettings.OF_PROGRAMS.all(), List.of(TransportSettings.ENABLE_DIAGNOSTICS,
            TransportSettings.DIAGNOSTICS_PORT, TransportSettings.DIAGNOSTICS_BIND_ADDR,
            TransportSettings.DIAGNOSTICS_PASSCODE, INSECURE)).<Setting<?>>flatMap(List::stream).toList();

    private RouterSettings() {}
}
