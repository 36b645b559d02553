package dev.muster.router;

import dev.muster.api.Address;
import dev.muster.api.ChannelState;
import dev.muster.api.ConfigurationException;
import dev.muster.api.Diagnosis;
import dev.muster.api.Settings;
import dev.muster.core.DiagnosticsPort;
import dev.muster.core.LocalEnvironment;
import dev.muster.spi.Environment;
import dev.muster.spi.TransportSettings;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A router: members connect to it and register, and it hands on what they say to one another. It speaks the wire protocol
 * of JGroups 5.4.4 and later; {@code docs/router.md} tells what that can do.
 *
 * <p>Slow clients harm nobody but themselves: each has a bounded queue, and what does not fit is dropped. Memory is bounded
 * by {@code max_connections × (max_length + 1.25 × send_queue_bytes + 1 MiB)}, far less in practice.
 *
 * <p>The wire itself has no credentials and no secrets, so a router listens on loopback unless clients prove that they have
 * the key of their group, or a certificate that it trusts, or it is told that the network is trusted.
 *
 * <p>Methods may be called by any thread. A router starts once and stops once.
 */
public final class Router implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Router.class);
    private static final long LOOK_NANOS = 20_000_000L;

    private final Environment environment;
    private final boolean ownsEnvironment;
    private final Settings settings;
    private final RouterCounters counters = new RouterCounters();
    private final CompletableFuture<InetSocketAddress> started = new CompletableFuture<>();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    /** From here on: for the owner of the environment. */
    private final Entrance entrance;
    private final Clients clients;
    private boolean stopping;
    private volatile DiagnosticsPort diagnostics;

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
        this.entrance = new Entrance(settings, environment, counters);
        this.clients = new Clients(settings, environment, counters);
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
                openDiagnostics();
                InetSocketAddress place = entrance.open(clients::accepted);
                clients.reapLater();
                started.complete(place);
            } catch (RuntimeException e) {
                started.completeExceptionally(e);
            }
        });
        return started;
    }

    /** So that {@code muster probe} finds a router as it finds members. */
    private void openDiagnostics() {
        if (settings.get(TransportSettings.ENABLE_DIAGNOSTICS)) {
            Address self = environment.newAddress("router");
            DiagnosticsPort port = new DiagnosticsPort(settings, environment, () -> diagnosis(self));
            port.open();
            diagnostics = port;
        }
    }

    private Diagnosis diagnosis(Address self) {
        Map<String, String> texts = new LinkedHashMap<>();
        RouterSettings.ALL.forEach(setting -> texts.put(setting.name(), settings.text(setting)));
        texts.values().removeIf(String::isEmpty);
        Map<String, Long> figures = new LinkedHashMap<>();
        counters().forEach((counter, value) -> figures.put(counter.name().toLowerCase(Locale.ROOT), value));
        return new Diagnosis(self, "any", stopping ? ChannelState.DISCONNECTED : ChannelState.CONNECTED, null,
                List.of(new Diagnosis.Layer("ROUTER", texts, figures, List.of())), clients.queues());
    }

    /**
     * Where it answers probes.
     *
     * @return null if it does not; not before it has started
     */
    public InetSocketAddress diagnosticsPlace() {
        return diagnostics == null ? null : diagnostics.local();
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
                entrance.close();
                clients.refuseOthers();
                drain(environment.nowNanos() + settings.get(RouterSettings.DRAIN_TIMEOUT).toNanos());
            }
        });
        return stopped;
    }

    private void drain(long deadlineNanos) {
        if (clients.haveWaitingBytes() && environment.nowNanos() < deadlineNanos) {
            environment.schedule(LOOK_NANOS, () -> drain(deadlineNanos));
            return;
        }
        clients.close();
        entrance.forget();
        if (diagnostics != null) {
            diagnostics.close();
        }
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
