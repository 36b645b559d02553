package dev.muster.router;

import dev.muster.api.ConfigurationException;
import dev.muster.api.Settings;
import dev.muster.core.LocalEnvironment;
import dev.muster.spi.BindAddress;
import dev.muster.spi.Environment;
import dev.muster.spi.MalformedException;
import dev.muster.spi.Network;
import dev.muster.spi.TransportSettings;
import dev.muster.spi.router.RouterConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A router: members connect to it and register, and it hands on what they say to one another. It speaks the wire protocol
 * of JGroups 5.4.4 and later; {@code docs/router.md} tells what that can do.
 *
 * <p>Slow clients harm nobody but themselves: each has a bounded queue, and what does not fit is dropped. Memory is bounded
 * by {@code max_connections × (max_length + 1.25 × send_queue_bytes)}, far less in practice.
 *
 * <p>Nothing on this wire is authenticated or encrypted, so a router listens on loopback unless it is told that the
 * network is trusted.
 *
 * <p>Methods may be called by any thread. A router starts once and stops once.
 */
public final class Router implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Router.class);
    private static final long BETWEEN_WARNINGS_NANOS = 1_000_000_000L;
    private static final long LOOK_NANOS = 20_000_000L;

    private final Environment environment;
    private final boolean ownsEnvironment;
    private final Settings settings;
    private final RouterCounters counters = new RouterCounters();
    private final Routing routing;
    private final CompletableFuture<InetSocketAddress> started = new CompletableFuture<>();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    /** From here on: for the owner of the environment. */
    private final Set<Connected> clients = new LinkedHashSet<>();
    private final List<Connected> written = new ArrayList<>();
    private Network.Listener listener;
    private boolean stopping;
    private long warnAgainNanos = Long.MIN_VALUE;

    /**
     * Create a router with a thread and sockets of its own, which does nothing yet.
     *
     * @param settings of {@link RouterSettings}
     */
    public Router(Settings settings) {
        this(settings, new LocalEnvironment(new Settings().set(TransportSettings.THREAD_POOL.enabled(), false)), true);
    }

    /**
     * Create a router in an environment that belongs to the caller, such as a simulated one.
     *
     * @param settings of {@link RouterSettings}
     * @param environment where it runs; stays open
     */
    public Router(Settings settings, Environment environment) {
        this(settings, environment, false);
    }

    private Router(Settings settings, Environment environment, boolean ownsEnvironment) {
        this.settings = settings;
        this.environment = environment;
        this.ownsEnvironment = ownsEnvironment;
        this.routing = new Routing(settings.get(RouterSettings.SUSPECT), counters);
    }

    /**
     * Begin to listen, and wait until that is so.
     *
     * @return where it listens
     * @throws ConfigurationException if it can't or must not listen there
     */
    public InetSocketAddress start() {
        try {
            return startAsync().join();
        } catch (CompletionException e) {
            close();
            throw e.getCause() instanceof ConfigurationException known ? known : e;
        }
    }

    /**
     * Begin to listen.
     *
     * @return where it listens; fails with {@link ConfigurationException}
     */
    public CompletableFuture<InetSocketAddress> startAsync() {
        environment.execute(() -> {
            try {
                listen();
                started.complete(listener.local());
            } catch (RuntimeException e) {
                started.completeExceptionally(e);
            }
        });
        return started;
    }

    private void listen() {
        InetAddress address = BindAddress.find("router: bind_addr", settings.get(RouterSettings.BIND_ADDR));
        InetSocketAddress place = new InetSocketAddress(address, settings.get(RouterSettings.PORT));
        if (!address.isLoopbackAddress() && !settings.get(RouterSettings.INSECURE)) {
            throw new ConfigurationException("router: bind_addr=" + settings.get(RouterSettings.BIND_ADDR) + " is " + place
                    + ", beyond loopback, where anybody could register as any member; bind to loopback, or say that the "
                    + "network is trusted with --insecure, or with the property muster.insecure=true");
        }
        if (!address.isLoopbackAddress()) {
            LOG.warn("router on {}: insecure, whoever reaches it can register as any member and read what is sent", place);
        }
        try {
            listener = environment.network().listen(place, options(), this::accepted);
        } catch (IOException e) {
            throw new ConfigurationException("router: " + e.getMessage() + "; choose another port or bind_addr", e);
        }
        LOG.info("router listens on {}", listener.local());
        reapLater();
    }

    private Network.StreamOptions options() {
        return new Network.StreamOptions(true, 0, settings.get(RouterSettings.RECV_BUF_SIZE).intValue(), 0);
    }

    private Network.StreamHandler accepted(Network.Stream stream) {
        Connected client = new Connected();
        client.connection.on(stream, true);
        if (clients.size() >= settings.get(RouterSettings.MAX_CONNECTIONS) || stopping) {
            counters.add(RouterCounter.CONNECTIONS_REFUSED, 1);
            client.connection.close();
            return client.connection;
        }
        clients.add(client);
        counters.add(RouterCounter.CONNECTIONS_ACCEPTED, 1);
        counters.set(RouterCounter.CONNECTIONS, clients.size());
        LOG.debug("router: {} connects", client.connection);
        return client.connection;
    }

    /** One client, and its connection. */
    private final class Connected extends Client implements RouterConnection.Peer {

        private final RouterConnection connection = new RouterConnection(settings.get(RouterSettings.MAX_LENGTH).intValue(),
                settings.get(RouterSettings.SEND_QUEUE_BYTES), this);
        private boolean isWritten;
        private long heardNanos = environment.nowNanos();

        @Override
        boolean send(ByteBuffer frame, boolean data) {
            if (!isWritten) {
                isWritten = true;
                written.add(this);
            }
            return connection.offer(frame, data);
        }

        @Override
        public void frame(byte[] frame) {
            heardNanos = environment.nowNanos();
            try {
                routing.received(this, frame);
            } catch (MalformedException e) {
                malformed(e.getMessage());
            }
        }

        @Override
        public void malformed(String problem) {
            Router.this.malformed(connection, problem);
        }

        @Override
        public void receivedAll() {
            flush();
        }

        @Override
        public void closed(boolean orderly, String detail) {
            LOG.debug("router: {} is gone: {}", connection, detail);
            forget(this);
        }
    }

    private void forget(Connected client) {
        clients.remove(client);
        counters.set(RouterCounter.CONNECTIONS, clients.size());
        routing.lost(client);
        flush();
    }

    /** Each client's frames of a turn go out in one write. */
    private void flush() {
        for (int i = 0; i < written.size(); i++) {
            written.get(i).isWritten = false;
            written.get(i).connection.flush();
        }
        written.clear();
    }

    private void malformed(RouterConnection from, String problem) {
        counters.add(RouterCounter.MALFORMED, 1);
        long now = environment.nowNanos();
        if (warnAgainNanos == Long.MIN_VALUE || now - warnAgainNanos >= 0) {
            warnAgainNanos = now + BETWEEN_WARNINGS_NANOS;
            LOG.warn("router: {} says what is not understood, {}", from, problem);
        }
    }

    private void reapLater() {
        Duration expiry = settings.get(RouterSettings.EXPIRY);
        Duration interval = settings.get(RouterSettings.REAPER_INTERVAL);
        if (!expiry.isZero() && !stopping) {
            environment.schedule(interval.isZero() ? expiry.toNanos() / 2 : interval.toNanos(), this::reap);
        }
    }

    private void reap() {
        long expiry = settings.get(RouterSettings.EXPIRY).toNanos();
        for (Connected client : List.copyOf(clients)) {
            if (environment.nowNanos() - client.heardNanos >= expiry) {
                LOG.debug("router: {} has been idle for too long", client.connection);
                counters.add(RouterCounter.CONNECTIONS_EXPIRED, 1);
                client.connection.close();
                forget(client);
            }
        }
        reapLater();
    }

    /**
     * What it has counted.
     *
     * @return figures as of now
     */
    public Map<RouterCounter, Long> counters() {
        return counters.snapshot();
    }

    /**
     * Stop: accept nobody, write what waits for clients, for {@code drain_timeout} at most, then close. Nobody is suspected
     * for that.
     *
     * @return completed when it has stopped
     */
    public CompletableFuture<Void> stopAsync() {
        environment.execute(() -> {
            if (!stopping) {
                stopping = true;
                if (listener != null) {
                    listener.close();
                }
                drain(environment.nowNanos() + settings.get(RouterSettings.DRAIN_TIMEOUT).toNanos());
            }
        });
        return stopped;
    }

    private void drain(long deadlineNanos) {
        boolean waits = clients.stream().anyMatch(client -> client.connection.waitingBytes() > 0);
        if (waits && environment.nowNanos() < deadlineNanos) {
            environment.schedule(LOOK_NANOS, () -> drain(deadlineNanos));
            return;
        }
        clients.forEach(client -> client.connection.close());
        clients.clear();
        LOG.info("router stops");
        stopped.complete(null);
    }

    /** Stop, and wait until that is so. */
    @Override
    public void close() {
        stopAsync().join();
        if (ownsEnvironment) {
            environment.close();
        }
    }
}
