package dev.muster.spi.router;

import dev.muster.api.ConfigurationException;
import dev.muster.api.HostPort;
import dev.muster.spi.Context;
import dev.muster.spi.Network;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The connections of one member to its routers. Each is opened, kept alive, and opened again when it is lost: first after a
 * tenth of a second, then after twice as long each time, up to the reconnect interval. Whoever is registered is registered
 * anew each time.
 *
 * <p>All routers that are alive serve alike, for routers don't talk to one another. What is sent goes through one of them,
 * another one every second: so a member that is connected to some of them only is reached all the same, by what is sent
 * again. A router that is connected but stuck is noticed by the heartbeats it does not answer: where there are several each
 * is asked every second, and one that has owed an answer for half a second
 * serves only if no other does.
 *
 * <p>Part of a protocol, called in its turns. Uses one of its timers.
 */
public final class RouterLinks {

    /** How long a router may owe an answer before others are preferred. */
    static final long PATIENCE_NANOS = 500_000_000L;
    private static final long TURN_NANOS = 1_000_000_000L;
    /** When there is nothing else to do. */
    private static final long IDLE_NANOS = 60_000_000_000L;

    private final Context context;
    private final Options options;
    private final Listener listener;
    private final List<RouterLink> links = new ArrayList<>();
    private final Map<Registered, RouterMessage> registrations = new LinkedHashMap<>();
    private int serving;
    private long turnAtNanos;
    private boolean closed;

    /**
     * What the settings say.
     *
     * @param routers where they are
     * @param reconnectNanos longest time between two attempts to connect
     * @param mostFrameBytes longest message accepted
     * @param queueBytes most bytes of data that wait for one router
     * @param heartbeats how routers are asked whether they are alive
     * @param network opens the streams
     * @param stream wishes about the streams
     * @param timer a timer of the protocol that nothing else uses
     */
    public record Options(List<InetSocketAddress> routers, long reconnectNanos, int mostFrameBytes, long queueBytes,
            Heartbeats heartbeats, Network network, Network.StreamOptions stream, int timer) {}

    /**
     * How routers are asked whether they are alive.
     *
     * @param intervalNanos between two questions, 0: never; where there are several routers at most a second
     * @param timeoutNanos a router that says nothing for so long is given up
     */
    public record Heartbeats(long intervalNanos, long timeoutNanos) {

        /** Every five seconds; three that are missed are too many. */
        public static final Heartbeats USUAL = new Heartbeats(5_000_000_000L, 15_000_000_000L);

        boolean areOff() {
            return intervalNanos == 0;
        }
    }

    /** Told what happens. */
    public interface Listener {
        /**
         * A router is connected; who is registered has been registered with it.
         *
         * @param router which
         */
        void connected(InetSocketAddress router);

        /**
         * A router that is connected says something for the first time: it is alive, and takes this member for one of its own.
         *
         * @param router which
         */
        default void alive(InetSocketAddress router) {}

        /**
         * A router could not be connected, or its connection is gone. It will be tried again.
         *
         * @param router which
         * @param detail for logs
         */
        void lost(InetSocketAddress router, String detail);

        /**
         * A router says something, other than that it is there.
         *
         * @param router which
         * @param message what
         */
        void received(InetSocketAddress router, RouterMessage message);

        /** All that was ready has been handed over. */
        default void receivedAll() {}

        /**
         * A router says what is not understood; it is dropped.
         *
         * @param problem what is wrong with it
         */
        void malformed(String problem);
    }

    /** Who is registered. */
    private record Registered(String group, RouterAddress address) {}

    /**
     * Prepare the connections; {@link #start} opens them.
     *
     * @param context of the protocol
     * @param options what the settings say
     * @param listener told what happens, in turns of the protocol
     */
    public RouterLinks(Context context, Options options, Listener listener) {
        this.context = context;
        this.options = options;
        this.listener = listener;
        options.routers().forEach(router -> links.add(new RouterLink(this, router)));
    }

    /**
     * Look up a router. Blocks while the name service does.
     *
     * @param where setting that names it, for the message
     * @param router as configured
     * @return where it is
     * @throws ConfigurationException if the name is not known
     */
    public static InetSocketAddress find(String where, HostPort router) {
        InetSocketAddress found = router.host().equalsIgnoreCase("localhost")
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), router.port())
                : new InetSocketAddress(router.host(), router.port());
        if (found.isUnresolved()) {
            throw new ConfigurationException(where + "=" + router + " names a host that the name service does not know; "
                    + "expected a name or an IP address of a router");
        }
        return found;
    }

    /**
     * Begin to connect. Whether that succeeds is told to the listener, later.
     *
     * @throws ConfigurationException if a router must not be connected to; the message says why
     */
    public void start() {
        for (RouterLink link : links) {
            try {
                link.connect();
            } catch (IllegalArgumentException e) {
                throw new ConfigurationException("router " + link.router() + ": " + e.getMessage(), e);
            }
        }
        arrange();
    }

    /**
     * Register a member, now and whenever a router is connected; in the place of what was said of the same member before.
     *
     * @param registration of kind {@link RouterMessage.Kind#REGISTER}
     */
    public void register(RouterMessage registration) {
        registrations.put(new Registered(registration.group(), registration.address()), registration);
        sendToAll(registration);
    }

    /**
     * Take a member out again; nothing happens if it is not registered.
     *
     * @param group its group
     * @param member as it was registered
     */
    public void unregister(String group, RouterAddress member) {
        if (registrations.remove(new Registered(group, member)) != null) {
            sendToAll(RouterMessage.about(RouterMessage.Kind.UNREGISTER, group, member));
        }
    }

    Collection<RouterMessage> registrations() {
        return registrations.values();
    }

    /**
     * Send through one router, one that is alive if there is such a one.
     *
     * @param frame with its head, from position to limit; must not change any more
     * @param data whether it carries data of the application, which is the first to be refused
     * @return false if no router is connected, or the queue is full
     */
    public boolean send(ByteBuffer frame, boolean data) {
        RouterLink doubtful = null;
        for (int i = 0; i < links.size(); i++) {
            int candidate = (serving + i) % links.size();
            RouterLink link = links.get(candidate);
            if (link.isAlive()) {
                serving = candidate;
                return link.offer(frame, data);
            }
            doubtful = doubtful == null && link.isConnected() ? link : doubtful;
        }
        return doubtful != null && doubtful.offer(frame, data);
    }

    /**
     * Send to all routers that are connected, and flush.
     *
     * @param message what
     * @return the number of those
     */
    public int sendToAll(RouterMessage message) {
        ByteBuffer frame = RouterCodec.frame(message);
        int reached = 0;
        for (RouterLink link : links) {
            if (link.isConnected() && link.offer(frame, false)) {
                link.flush();
                reached++;
            }
        }
        return reached;
    }

    /**
     * Say something to one router, and flush.
     *
     * @param router which
     * @param message what
     * @return false if it is not connected
     */
    public boolean sendTo(InetSocketAddress router, RouterMessage message) {
        for (RouterLink link : links) {
            if (link.router().equals(router) && link.isConnected() && link.offer(RouterCodec.frame(message), false)) {
                link.flush();
                return true;
            }
        }
        return false;
    }

    /** Write what was sent. */
    public void flush() {
        for (int i = 0; i < links.size(); i++) {
            links.get(i).flush();
        }
    }

    /**
     * Number of routers that are connected.
     *
     * @return 0 if none
     */
    public int connected() {
        int connected = 0;
        for (int i = 0; i < links.size(); i++) {
            connected += links.get(i).isConnected() ? 1 : 0;
        }
        return connected;
    }

    /**
     * What waits to be written.
     *
     * @return bytes
     */
    public long waitingBytes() {
        return links.stream().mapToLong(RouterLink::waitingBytes).sum();
    }

    /** The timer has run out. */
    public void timer() {
        long now = context.nowNanos();
        if (now - turnAtNanos >= 0) {
            turnAtNanos = now + TURN_NANOS;
            serving = links.isEmpty() ? 0 : (serving + 1) % links.size();
        }
        links.forEach(link -> link.look(now));
        arrange();
    }

    /** Set the timer for whatever is due next. */
    void arrange() {
        long now = context.nowNanos();
        long wait = links.size() > 1 ? TURN_NANOS : IDLE_NANOS;
        for (RouterLink link : links) {
            wait = Math.min(wait, link.dueNanos() - now);
        }
        if (!closed) {
            context.setTimer(options.timer(), Math.max(0, wait));
        }
    }

    /** Unregister, and close all connections. */
    public void close() {
        closed = true;
        context.cancelTimer(options.timer());
        registrations.keySet().forEach(member ->
                sendToAll(RouterMessage.about(RouterMessage.Kind.UNREGISTER, member.group, member.address)));
        links.forEach(RouterLink::close);
    }

    /** How often routers are looked after. */
    long heartbeatNanos() {
        long interval = options.heartbeats().areOff() ? IDLE_NANOS : options.heartbeats().intervalNanos();
        return links.size() > 1 ? Math.min(interval, TURN_NANOS) : interval;
    }

    Context context() {
        return context;
    }

    Options options() {
        return options;
    }

    Listener listener() {
        return listener;
    }
}
