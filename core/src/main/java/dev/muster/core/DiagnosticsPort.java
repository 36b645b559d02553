package dev.muster.core;

import dev.muster.api.ConfigurationException;
import dev.muster.api.Diagnosis;
import dev.muster.api.Settings;
import dev.muster.spi.BindAddress;
import dev.muster.spi.Environment;
import dev.muster.spi.Network;
import dev.muster.spi.TransportSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers probes: whoever connects asks one question in one line and gets one answer.
 *
 * <pre>
 *   member: MUSTER 1 nonce           sixteen bytes, in hex; a dash where no passcode is needed
 *   probe:  PROBE TEXT|JSON proof    HMAC-SHA256 of the nonce under the passcode, in hex; a dash where none is needed
 *   member: ANSWER length            bytes of UTF-8 that follow; then it closes
 *   or:     REFUSED reason
 * </pre>
 *
 * <p>Reads the member and changes nothing. Bounded in everything that a stranger could use up: connections at a time, bytes
 * and seconds of each, answers per second. For the owner of the stack.
 */
public final class DiagnosticsPort {

    /** Ports tried, from the one asked for on. */
    public static final int PORTS = 32;

    private static final Logger LOG = LoggerFactory.getLogger(DiagnosticsPort.class);
    private static final int MOST_CONNECTIONS = 8;
    private static final int MOST_ANSWERS_PER_SECOND = 10;
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Settings settings;
    private final Environment environment;
    private final Supplier<Diagnosis> diagnosis;
    private final Passcode passcode;
    private final Set<ProbeConnection> connections = new LinkedHashSet<>();
    private Network.Listener listener;
    private long secondBegan;
    private int answersInSecond;

    /**
     * Prepare a port.
     *
     * @param settings of the transport
     * @param environment gives network, timers and nonces
     * @param diagnosis makes what is answered, on the owner
     */
    public DiagnosticsPort(Settings settings, Environment environment, Supplier<Diagnosis> diagnosis) {
        this.settings = settings;
        this.environment = environment;
        this.diagnosis = diagnosis;
        this.passcode = settings.find(TransportSettings.DIAGNOSTICS_PASSCODE).filter(text -> !text.isEmpty())
                .map(Passcode::new).orElse(null);
    }

    /**
     * Listen.
     *
     * @throws ConfigurationException if that would let strangers in, or no port is free
     */
    public void open() {
        InetAddress address = BindAddress.find("diagnostics_bind_addr", settings.get(TransportSettings.DIAGNOSTICS_BIND_ADDR));
        if (!address.isLoopbackAddress() && passcode == null) {
            throw new ConfigurationException(Diagnostics.strangers(address.getHostAddress()));
        }
        listener = listen(address, settings.get(TransportSettings.DIAGNOSTICS_PORT));
        secondBegan = environment.nowNanos();
        LOG.info("answers probes at {}{}", listener.local(), passcode == null ? "" : " to those who know the passcode");
    }

    private Network.Listener listen(InetAddress address, int first) {
        int last = first == 0 ? 0 : Math.min(65_535, first + PORTS - 1);
        IOException failure = null;
        for (int port = first; port <= last; port++) {
            try {
                return environment.network().listen(new InetSocketAddress(address, port), this::accept);
            } catch (IOException e) {
                failure = e;
            }
        }
        throw new ConfigurationException("diagnostics_port=" + first + ": no port from " + first + " to " + last + " of "
                + address.getHostAddress() + " can be listened on; choose another diagnostics_port, or 0 for any", failure);
    }

    /**
     * Where it listens.
     *
     * @return address with the actual port
     */
    public InetSocketAddress local() {
        return listener.local();
    }

    /** Stop answering; connections are closed. */
    public void close() {
        listener.close();
        for (ProbeConnection connection : Set.copyOf(connections)) {
            connection.end();
        }
    }

    private Network.StreamHandler accept(Network.Stream stream) {
        ProbeConnection connection = new ProbeConnection(this, stream, nonce());
        if (connections.size() >= MOST_CONNECTIONS) {
            connection.refuse();
            return connection;
        }
        connections.add(connection);
        connection.begin(environment.schedule(PATIENCE_NANOS, connection::end));
        return connection;
    }

    private byte[] nonce() {
        byte[] nonce = new byte[passcode == null ? 0 : Passcode.NONCE_BYTES];
        if (nonce.length > 0) {
            environment.fillUnpredictably(nonce);
        }
        return nonce;
    }

    void ended(ProbeConnection connection) {
        connections.remove(connection);
    }

    /** The answer to a request line, or why there is none. */
    String answer(String request, byte[] nonce) {
        String[] words = request.split(" ", -1);
        if (words.length != 3 || !words[0].equals("PROBE") || !words[1].equals("TEXT") && !words[1].equals("JSON")) {
            return refused("expected PROBE TEXT or PROBE JSON and a proof");
        }
        if (!mayAnswer()) {
            return refused("asked more than " + MOST_ANSWERS_PER_SECOND + " times in a second; ask again later");
        }
        if (passcode != null && !passcode.isProved(nonce, words[2])) {
            return refused("the passcode is wrong or missing; give the member's diagnostics_passcode");
        }
        Diagnosis made = diagnosis.get();
        String text = words[1].equals("JSON") ? DiagnosisText.json(made) : DiagnosisText.plain(made);
        return "ANSWER " + text.getBytes(StandardCharsets.UTF_8).length + "\n" + text;
    }

    private static String refused(String why) {
        return "REFUSED " + why + "\n";
    }

    /** Wrong guesses at the passcode count, too. */
    private boolean mayAnswer() {
        if (environment.nowNanos() - secondBegan >= SECOND_NANOS) {
            secondBegan = environment.nowNanos();
            answersInSecond = 0;
        }
        answersInSecond++;
        return answersInSecond <= MOST_ANSWERS_PER_SECOND;
    }
}
