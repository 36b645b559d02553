package dev.muster.router;

import dev.muster.api.Diagnosis;
import dev.muster.api.Settings;
import dev.muster.spi.Environment;
import dev.muster.spi.Network;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everybody who is connected to a router. For the owner of its environment. */
final class Clients {

    private static final Logger LOG = LoggerFactory.getLogger(Clients.class);
    private static final int MOST_LANES_TOLD = 20;
    private static final long BETWEEN_WARNINGS_NANOS = 1_000_000_000L;

    private final Settings settings;
    private final Environment environment;
    private final RouterCounters counters;
    private final Routing routing;
    private final Set<ClientConnection> clients = new LinkedHashSet<>();
    private final List<ClientConnection> written = new ArrayList<>();
    private boolean closing;
    private boolean warned;
    private long warnedNanos;

    Clients(Settings settings, Environment environment, RouterCounters counters) {
        this.settings = settings;
        this.environment = environment;
        this.counters = counters;
        this.routing = new Routing(settings.get(RouterSettings.SUSPECT), counters);
    }

    Routing routing() {
        return routing;
    }

    long nowNanos() {
        return environment.nowNanos();
    }

    /** Somebody has connected. */
    Network.StreamHandler accepted(Network.Stream stream) {
        ClientConnection client = new ClientConnection(this, settings);
        Network.StreamHandler handler = client.on(stream);
        if (clients.size() >= settings.get(RouterSettings.MAX_CONNECTIONS) || closing) {
            counters.add(RouterCounter.CONNECTIONS_REFUSED, 1);
            client.close();
            return handler;
        }
        clients.add(client);
        counters.add(RouterCounter.CONNECTIONS_ACCEPTED, 1);
        counters.set(RouterCounter.CONNECTIONS, clients.size());
        client.mustGreet(environment.schedule(settings.get(RouterSettings.GREETING_TIMEOUT).toNanos(), () ->
                disconnect(client, "it has said nothing since it connected")));
        LOG.debug("router: {} connects", client);
        return handler;
    }

    private void disconnect(ClientConnection client, String why) {
        client.close();
        gone(client, why);
    }

    /** A client's connection is closed. */
    void gone(ClientConnection client, String detail) {
        LOG.debug("router: {} is gone: {}", client, detail);
        if (clients.remove(client) && !client.hasGreeted()) {
            counters.add(RouterCounter.STRANGERS_REFUSED, 1);
            warn(client, "has gone without a word that is understood: " + detail);
        }
        counters.set(RouterCounter.CONNECTIONS, clients.size());
        routing.lost(client);
        flush();
    }

    void malformed(ClientConnection from, String problem) {
        counters.add(RouterCounter.MALFORMED, 1);
        warn(from, "says what is not understood, " + problem);
    }

    private void warn(ClientConnection client, String problem) {
        if (!warned || nowNanos() - warnedNanos >= BETWEEN_WARNINGS_NANOS) {
            warned = true;
            warnedNanos = nowNanos();
            LOG.warn("router: {} {}", client, problem);
        }
    }

    void writeSoon(ClientConnection client) {
        written.add(client);
    }

    /** Each client's frames of a turn go out in one write. */
    void flush() {
        for (int i = 0; i < written.size(); i++) {
            written.get(i).flush();
        }
        written.clear();
    }

    /** Look for idle ones from now on, where that is asked for. */
    void reapLater() {
        Duration expiry = settings.get(RouterSettings.EXPIRY);
        Duration interval = settings.get(RouterSettings.REAPER_INTERVAL);
        if (!expiry.isZero() && !closing) {
            environment.schedule(interval.isZero() ? expiry.toNanos() / 2 : interval.toNanos(), this::reap);
        }
    }

    private void reap() {
        long expiry = settings.get(RouterSettings.EXPIRY).toNanos();
        for (ClientConnection client : List.copyOf(clients)) {
            if (client.silentNanos() >= expiry) {
                counters.add(RouterCounter.CONNECTIONS_EXPIRED, 1);
                disconnect(client, "it has been idle for too long");
            }
        }
        reapLater();
    }

    /** Accept nobody any more. */
    void refuseOthers() {
        closing = true;
    }

    /** What waits for clients that are slow, the slowest first. */
    Diagnosis.Queues queues() {
        long bytes = clients.stream().mapToLong(ClientConnection::waitingBytes).sum();
        List<Diagnosis.Lane> slowest = clients.stream().filter(client -> client.waitingFrames() > 0)
                .sorted(Comparator.comparingLong(ClientConnection::waitingBytes).reversed()).limit(MOST_LANES_TOLD)
                .map(client -> new Diagnosis.Lane(client.toString(), client.waitingFrames())).toList();
        return new Diagnosis.Queues(bytes, 0, false, List.of(), 0, slowest, false, 0);
    }

    boolean haveWaitingBytes() {
        return clients.stream().anyMatch(client -> client.waitingBytes() > 0);
    }

    /** Close all connections; nobody is told. */
    void close() {
        clients.forEach(ClientConnection::close);
        clients.clear();
        counters.set(RouterCounter.CONNECTIONS, 0);
    }
}
