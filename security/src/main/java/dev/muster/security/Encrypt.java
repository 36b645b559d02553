package dev.muster.security;

import dev.muster.api.ConfigurationException;
import dev.muster.api.ProtocolType;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.spi.Capability;
import dev.muster.spi.Context;
import dev.muster.spi.Environment;
import dev.muster.spi.Figure;
import dev.muster.spi.Limits;
import dev.muster.spi.Network;
import dev.muster.spi.NetworkSecurity;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Encrypts and authenticates everything that a stack sends, with AES-256-GCM under keys derived from one that all members
 * have: whole packets with their headers, discovery, and what layers with sockets of their own say. Whatever is not
 * authentic is dropped before anybody looks at it.
 *
 * <p>The keys are read when the stack starts, which fails with a {@link ConfigurationException} without them, and again
 * every {@code reload_interval}; so keys change without a restart. How that is done, what is on the wire, and what this does
 * not protect against: {@code docs/decisions/encryption.md}.
 */
public final class Encrypt implements NetworkSecurity {

    /** Name in stacks. */
    public static final ProtocolType TYPE = ProtocolType.of("ENCRYPT");

    /** Where the keys are. */
    public static final Setting<String> KEY_FILE = Setting.text("key_file", null)
            .says("file with the keys of the group, made by muster key; without it the file that the system property "
                    + "muster.key_file names, then the keys in the property muster.key themselves");

    /** How often the keys are read again. */
    public static final Setting<Duration> RELOAD_INTERVAL = Setting.duration("reload_interval", Duration.ofSeconds(10))
            .atLeast(Duration.ZERO).says("how often to read the key file again, so that keys change without a restart; 0: never");

    static final String FILE_PROPERTY = "muster.key_file";
    static final String KEY_PROPERTY = "muster.key";
    private static final int RELOAD = 0;

    private final Settings settings;
    private Context context;
    private Sealing sealing;
    private boolean reloads;

    /** Publishes the protocol. */
    public static final class Provider implements ProtocolProvider {

        /** For the service loader. */
        public Provider() {}

        @Override
        public ProtocolType type() {
            return TYPE;
        }

        @Override
        public String says() {
            return "encrypts and authenticates everything a stack sends, with a key that all members have";
        }

        @Override
        public List<Figure> figures() {
            return List.of(
                    new Figure("dropped_unauthenticated", "what was no work of a holder of the key: noise, forgeries, "
                        + "damage, or stacks without ENCRYPT"),
                    new Figure("dropped_unknown_key", "what was sealed with a key that this member does not have"),
                    new Figure("dropped_replayed", "what had been received before, or was far older than what has"),
                    new Figure("dropped_mute", "connections whose other end did not finish the handshake"),
                    new Figure("keys", "keys that are valid at this moment"),
                    new Figure("streams", "sealed connections open at this moment"),
                    new Figure("sender_lives", "lives of senders whose numbers are remembered, so that nothing is heard "
                        + "twice"));
        }

        @Override
        public List<String> promises() {
            return List.of("nobody without a key reads anything, is heard, or joins",
                    "what is not authentic, or sent again, is dropped before it is parsed, and counted",
                    "no nonce is used twice with a key, also across restarts",
                    "keys can be replaced one after the other while the group works, and no message is lost");
        }

        @Override
        public List<String> doesNotPromise() {
            return List.of("protection from members: all hold the same key, so each can speak in the name of any other",
                    "secrecy of what was recorded, once the key is known (no forward secrecy)",
                    "that nobody sees who talks to whom, when and how much, or that nobody can suppress it",
                    "defence against floods: what is dropped has still been received");
        }

        @Override
        public List<Setting<?>> settings() {
            return List.of(KEY_FILE, RELOAD_INTERVAL);
        }

        @Override
        public Set<Capability> provides() {
            return Set.of(Capability.ENCRYPTION);
        }

        @Override
        public Set<Capability> requiresBelow() {
            return Set.of(Capability.TRANSPORT);
        }

        @Override
        public void inspect(Settings settings, Problems problems, Problems warnings) {
            try {
                KeyFile file = file(settings);
                if (file == null) {
                    keysOfProperty();
                } else {
                    file.read();
                    file.openness().ifPresent(warnings::report);
                }
            } catch (ConfigurationException e) {
                problems.report(e.getMessage());
            }
        }

        @Override
        public Protocol create(Settings settings) {
            return new Encrypt(settings);
        }
    }

    Encrypt(Settings settings) {
        this.settings = settings;
    }

    @Override
    public Network secure(Environment environment, Context newContext) {
        KeyFile file = file(settings);
        reloads = file != null;
        sealing = new Sealing(newContext.self(), environment, file, reloads ? file.read() : keysOfProperty(),
                newContext::counter);
        sealing.sealed().tellGauges(newContext);
        return sealing.network();
    }

    private static KeyFile file(Settings settings) {
        String path = settings.get(KEY_FILE);
        if (path == null || path.isBlank()) {
            path = System.getProperty(FILE_PROPERTY, "");
        }
        try {
            return path.isBlank() ? null : new KeyFile(Path.of(path));
        } catch (InvalidPathException e) {
            throw new ConfigurationException("key_file=" + path + " is no path: " + e.getMessage(), e);
        }
    }

    private static KeyRing keysOfProperty() {
        String text = System.getProperty(KEY_PROPERTY, "");
        if (text.isBlank()) {
            throw new ConfigurationException("no key for ENCRYPT; make a key file with: muster key FILE, and name it in key_file"
                    + " or in the system property " + FILE_PROPERTY);
        }
        return KeyRing.parse(text, "property " + KEY_PROPERTY);
    }

    @Override
    public void start(Context newContext) {
        context = newContext;
        setReload();
    }

    private void setReload() {
        Duration interval = settings.get(RELOAD_INTERVAL);
        if (reloads && !interval.isZero()) {
            context.setTimer(RELOAD, interval.toNanos());
        }
    }

    /** Reading a file may take its time, so not here. */
    @Override
    public void timer(int id) {
        setReload();
        sealing.reload();
    }

    @Override
    public void stop() {
        if (sealing != null) {
            sealing.stop();
        }
    }

    @Override
    public Limits limits(Limits below) {
        return below.less(SealedDatagram.OVERHEAD);
    }

    @Override
    public void up(Packet packet) {
        context.passUp(packet);
    }

    @Override
    public void up(PacketBatch batch) {
        context.passUp(batch);
    }

    @Override
    public void down(Packet packet) {
        context.passDown(packet);
    }
}
