package dev.muster.protocols.membership.detection;

import dev.muster.api.Address;
import dev.muster.api.ProtocolType;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.spi.BindAddress;
import dev.muster.spi.Context;
import dev.muster.spi.Event;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.Network;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import dev.muster.spi.Protocol;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices the death of a process at once, because the system closes its connections: the members form a ring, in which each
 * holds a connection to its right neighbour.
 *
 * <p>A connection that closes without the mark of an orderly close is opened again at once. Is that refused, the process is
 * dead; does it succeed, only the connection was lost. After a suspicion the next neighbour is watched; as long as the
 * suspected one stays in the view it is looked at again from time to time.
 *
 * <p>The transport's connections serve as well: one that breaks is reported as {@code CONNECTION_CLOSED}, to be verified.
 */
public final class FdSock implements Protocol {

    /** Name in stacks. */
    public static final ProtocolType TYPE = ProtocolType.of("FD_SOCK");

    /** Where to listen. */
    public static final Setting<String> BIND_ADDR = Setting.text("bind_addr", null)
            .says("address or interface to listen on; without it the one that the transport is bound to").reaching();

    /** First port. */
    public static final Setting<Integer> START_PORT = Setting.integer("start_port", 0).atLeast(0).atMost(65_535)
            .says("first port to try; 0 for any free one");

    /** Whether the system probes connections. */
    public static final Setting<Boolean> KEEP_ALIVE = Setting.flag("keep_alive", true)
            .says("let the system probe idle connections, so that a host that is gone without a word is noticed also without "
                    + "FD_ALL: after two hours as Linux has it (sysctl net.ipv4.tcp_keepalive_time)");

    /** Time to connect. */
    public static final Setting<Duration> CONNECT_TIMEOUT = Setting.duration("connect_timeout", Duration.ofSeconds(1))
            .positive().says("how long a neighbour may take to accept a connection and to say who it is");

    private static final int ASK = 0;
    private static final int LOOK_AGAIN = 1;
    private static final int GREETING = 2;
    private static final long ASK_AGAIN_NANOS = 500_000_000L;
    private static final long LOOK_AGAIN_NANOS = 2_000_000_000L;
    private static final int MOST_ATTEMPTS = 5;
    private static final int MOST_QUESTIONS = 4;
    private static final int MOST_WATCHERS = 1000;
    private static final int MOST_LISTENERS = 4096;
    private static final Logger LOG = LoggerFactory.getLogger(FdSock.class);

    private final Settings settings;
    private final Map<Address, InetSocketAddress> listeners = new LinkedHashMap<>();
    private final ArrayDeque<Network.Stream> watchers = new ArrayDeque<>();
    private Context context;
    private Network.Listener listener;
    private Ring ring;
    /** Who is to be watched; null if alone. */
    private Address neighbour;
    /** Null while it is not known where the neighbour listens. */
    private Watch watch;
    private int questions;

    /** Publishes the protocol. */
    public static final class Provider extends DetectorProvider {

        /** For the service loader. */
        public Provider() {}

        @Override
        public ProtocolType type() {
            return TYPE;
        }

        @Override
        public List<String> aliases() {
            return List.of("FD_SOCK2");
        }

        @Override
        public String says() {
            return "notices the death of a process at once, by a ring of connections";
        }

        @Override
        public List<String> promises() {
            return List.of(
                    "when a process dies its system closes its connection, and the neighbour suspects it within "
                        + "milliseconds, also under load",
                    "who leaves in order is not suspected");
        }

        @Override
        public List<String> doesNotPromise() {
            return List.of(
                    "to notice a machine that vanished or a process that hangs: their connections stay open");
        }

        @Override
        public List<Setting<?>> settings() {
            return List.of(BIND_ADDR, START_PORT, CONNECT_TIMEOUT, KEEP_ALIVE);
        }

        @Override
        public List<HeaderCodec<?>> headers() {
            return List.of(new ListenerHeader.Codec());
        }

        @Override
        public Protocol create(Settings settings) {
            return new FdSock(settings);
        }
    }

    FdSock(Settings settings) {
        this.settings = settings;
    }

    @Override
    public void start(Context newContext) {
        context = newContext;
        ring = new Ring(context.self());
    }

    @Override
    public void stop() {
        if (listener != null) {
            listener.close();
        }
        for (Network.Stream stream : watchers) {
            ByteBuffer[] mark = {ByteBuffer.wrap(new byte[] {Watch.ON_PURPOSE})};
            stream.write(mark, 1);
            stream.close();
        }
        endWatch();
    }

    @Override
    public void up(Packet packet) {
        ListenerHeader header = packet.header(ListenerHeader.class);
        if (header == null) {
            context.passUp(packet);
        } else if (header.listening() == null) {
            tell(packet.source());
        } else {
            if (listeners.size() < MOST_LISTENERS || packet.source().equals(neighbour)) {
                listeners.put(packet.source(), header.listening());
            }
            if (packet.source().equals(neighbour) && watch == null) {
                connect(false, 0);
            }
        }
    }

    @Override
    public void up(PacketBatch batch) {
        if (batch.hasHeader(ListenerHeader.class)) {
            batch.forEach(this::up);
        } else {
            context.passUp(batch);
        }
    }

    @Override
    public boolean tellsWhatItKeeps() {
        return true;
    }

    @Override
    public void down(Packet packet) {
        context.passDown(packet);
    }

    private void tell(Address asking) {
        if (listener != null) {
            ListenerHeader answer = new ListenerHeader(listener.local());
            context.passDown(Packet.to(asking).withFlags(Packet.UNRELIABLE).with(answer));
        }
    }

    @Override
    public Event event(Event event) {
        if (event instanceof Event.TransportReady ready) {
            listen(ready.local().getAddress());
        } else if (event instanceof Event.ViewInstalled installed) {
            ring.install(installed.view());
            ring.readmitAll();
            context.cancelTimer(LOOK_AGAIN);
            listeners.keySet().removeIf(member -> !ring.contains(member));
            watchNext();
        } else if (event instanceof Event.ConnectionLost lost && ring.contains(lost.member())) {
            context.emitUp(new Event.Suspected(lost.member(), Event.Evidence.CONNECTION_CLOSED));
        }
        return event;
    }

    /** Without a listener the others can't watch us; heartbeats still do. */
    private void listen(InetAddress transport) {
        String wanted = settings.get(BIND_ADDR);
        InetAddress address = wanted == null ? transport : BindAddress.find("FD_SOCK: bind_addr", wanted);
        IOException problem = null;
        for (int port = settings.get(START_PORT); port <= 65_535 && listener == null; port++) {
            try {
                listener = context.network().listen(new InetSocketAddress(address, port), options(), this::accepted);
            } catch (IOException e) {
                problem = e;
                if (port == 0) {
                    break;
                }
            }
        }
        if (listener == null) {
            LOG.warn("FD_SOCK: can't listen on {}, the others won't notice our death at once; set bind_addr: {}", address,
                    String.valueOf(problem));
        }
    }

    private Network.StreamOptions options() {
        return new Network.StreamOptions(true, 0, 0, settings.get(CONNECT_TIMEOUT).toNanos(), settings.get(KEEP_ALIVE), null);
    }

    private Network.StreamHandler accepted(Network.Stream stream) {
        ByteBuffer[] greeting = {Watch.greeting(context.self())};
        stream.write(greeting, 1);
        watchers.addLast(stream);
        if (watchers.size() > MOST_WATCHERS) {
            watchers.removeFirst().close();
        }
        return new Network.StreamHandler() {
            @Override
            public void received(ByteBuffer bytes) {
                bytes.position(bytes.limit());
            }

            @Override
            public void closed(Network.CloseReason reason, String detail) {
                watchers.remove(stream);
            }
        };
    }

    /** Watch the nearest member to the right that there is no reason to skip. */
    private void watchNext() {
        Address next = ring.neighbour();
        if (next != null && next.equals(neighbour) && watch != null) {
            return;
        }
        endWatch();
        neighbour = next;
        if (neighbour == null) {
            context.cancelTimer(ASK);
        } else if (listeners.containsKey(neighbour)) {
            connect(false, 0);
        } else {
            questions = 0;
            ask();
        }
    }

    private void askAgain() {
        if (neighbour != null && watch == null) {
            questions++;
            if (questions < MOST_QUESTIONS) {
                ask();
            } else {
                skip();
            }
        }
    }

    private void ask() {
        context.passDown(Packet.to(neighbour).withFlags(Packet.UNRELIABLE).with(new ListenerHeader(null)));
        context.setTimer(ASK, ASK_AGAIN_NANOS);
    }

    private void connect(boolean heldBefore, int attempt) {
        context.cancelTimer(ASK);
        watch = new Watch(this, neighbour, heldBefore, attempt);
        Network.StreamOptions options = options();
        try {
            watch.on(context.network().connect(listeners.get(neighbour),
                    listener == null ? options : options.leavingFrom(listener.local().getAddress()), watch));
            context.setTimer(GREETING, 2 * settings.get(CONNECT_TIMEOUT).toNanos());
        } catch (IllegalArgumentException e) {
            LOG.warn("FD_SOCK: {} can't be watched: {}", neighbour, e.getMessage());
            skip();
        }
    }

    private void endWatch() {
        context.cancelTimer(GREETING);
        if (watch != null) {
            watch.end();
            watch = null;
        }
    }

    void holds(Watch held) {
        context.cancelTimer(GREETING);
        LOG.debug("{}: watches {}", context.self(), held.neighbour);
    }

    void strangerAt(Watch ended) {
        suspect(ended, ended.heldBefore ? Event.Evidence.CONNECTION_REFUSED : Event.Evidence.CONNECTION_CLOSED);
    }

    void closed(Watch ended, Network.CloseReason reason, boolean onPurpose) {
        LOG.debug("{}: connection to {} closed, {}{}", context.self(), ended.neighbour, reason,
                onPurpose ? " on purpose" : "");
        if (ended != watch) {
            return;
        }
        if (onPurpose) {
            skip();
        } else if (ended.holds()) {
            connect(true, 0);
        } else if (reason == Network.CloseReason.REFUSED) {
            suspect(ended, ended.heldBefore ? Event.Evidence.CONNECTION_REFUSED : Event.Evidence.CONNECTION_CLOSED);
        } else if (reason == Network.CloseReason.TIMED_OUT) {
            suspect(ended, Event.Evidence.SILENCE);
        } else if (ended.attempt < MOST_ATTEMPTS) {
            connect(ended.heldBefore, ended.attempt + 1);
        } else {
            suspect(ended, Event.Evidence.CONNECTION_CLOSED);
        }
    }

    private void suspect(Watch ended, Event.Evidence evidence) {
        context.emitUp(new Event.Suspected(ended.neighbour, evidence));
        listeners.remove(ended.neighbour);
        skip();
    }

    /** There is nothing more to learn of this neighbour for now. */
    private void skip() {
        watch = null;
        context.cancelTimer(GREETING);
        ring.skip(neighbour);
        context.setTimer(LOOK_AGAIN, LOOK_AGAIN_NANOS);
        watchNext();
    }

    @Override
    public void timer(int id) {
        switch (id) {
            case ASK -> askAgain();
            case GREETING -> {
                if (watch != null && !watch.holds()) {
                    Watch mute = watch;
                    mute.end();
                    suspect(mute, Event.Evidence.SILENCE);
                }
            }
            default -> {
                ring.readmitAll();
                watchNext();
            }
        }
    }
}
