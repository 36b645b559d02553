package dev.muster.router;

import dev.muster.api.ConfigurationException;
import dev.muster.api.Settings;
import dev.muster.security.KeyFile;
import dev.muster.security.Sealing;
import dev.muster.spi.BindAddress;
import dev.muster.spi.Environment;
import dev.muster.spi.Network;
import dev.muster.spi.tls.Tls;
import dev.muster.spi.tls.TlsNetwork;
import dev.muster.spi.tls.TlsSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where clients come in, and what they must prove before they are heard. */
final class Entrance {

    private static final Logger LOG = LoggerFactory.getLogger(Entrance.class);

    private final Settings settings;
    private final Environment environment;
    private final RouterCounters counters;
    /** Null if clients need no key. */
    private Sealing sealing;
    private Network.Listener listener;
    private boolean closed;

    Entrance(Settings settings, Environment environment, RouterCounters counters) {
        this.settings = settings;
        this.environment = environment;
        this.counters = counters;
    }

    /**
     * Let clients in.
     *
     * @param handler told of each
     * @return where
     * @throws ConfigurationException if that can't or must not be
     */
    InetSocketAddress open(Network.AcceptHandler handler) {
        InetAddress address = BindAddress.find("router: bind_addr", settings.get(RouterSettings.BIND_ADDR));
        InetSocketAddress place = new InetSocketAddress(address, settings.get(RouterSettings.PORT));
        Tls tls = TlsSettings.OF_PROGRAMS.forServers("router", settings);
        if (!address.isLoopbackAddress() && settings.get(RouterSettings.KEY_FILE) == null
                && (tls == null || !tls.knowsClients())) {
            letStrangersIn(place);
        }
        Network network = sealed();
        try {
            listener = (tls == null ? network : new TlsNetwork(network, tls)).listen(place, streams(), handler);
        } catch (IOException e) {
            throw new ConfigurationException("router: " + e.getMessage() + "; choose another port or bind_addr", e);
        }
        LOG.info("router listens on {}{}{}", listener.local(), sealing == null ? "" : " to holders of the key",
                tls == null ? "" : tls.knowsClients() ? " by TLS to those whose certificates it trusts" : " by TLS");
        return listener.local();
    }

    private void letStrangersIn(InetSocketAddress place) {
        if (!settings.get(RouterSettings.INSECURE)) {
            throw new ConfigurationException("router: bind_addr=" + settings.get(RouterSettings.BIND_ADDR) + " is " + place
                    + ", beyond loopback, where anybody could register as any member; let clients prove who they are, with "
                    + "--key_file (members with ENCRYPT) or with --tls_enabled and --tls_client_auth=need; or bind to loopback; "
                    + "or say that the network is trusted with --insecure, or with the property muster.insecure=true");
        }
        LOG.warn("router on {}: insecure, whoever reaches it can register as any member", place);
    }

    private Network.StreamOptions streams() {
        return new Network.StreamOptions(true, 0, settings.get(RouterSettings.RECV_BUF_SIZE).intValue(), 0);
    }

    private Network sealed() {
        String path = settings.get(RouterSettings.KEY_FILE);
        if (path == null) {
            return environment.network();
        }
        try {
            sealing = Sealing.with(new KeyFile(Path.of(path)), "router", environment,
                    name -> counters.counter(RouterCounter.STRANGERS_REFUSED));
        } catch (InvalidPathException e) {
            throw new ConfigurationException("router: key_file=" + path + " is no path: " + e.getMessage(), e);
        }
        reloadLater();
        return sealing.network();
    }

    /** As members do, so that keys change while all work. */
    private void reloadLater() {
        Duration interval = settings.get(RouterSettings.RELOAD_INTERVAL);
        if (!interval.isZero() && !closed) {
            environment.schedule(interval.toNanos(), () -> {
                sealing.reload();
                reloadLater();
            });
        }
    }

    /** Let nobody in any more. Whoever is in stays. */
    void close() {
        closed = true;
        if (listener != null) {
            listener.close();
        }
    }

    /** Close what nobody knows of. After {@link #close}, when all clients are gone. */
    void forget() {
        if (sealing != null) {
            sealing.stop();
        }
    }
}
