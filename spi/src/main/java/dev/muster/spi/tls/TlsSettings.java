package dev.muster.spi.tls;

import dev.muster.api.ConfigurationException;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.spi.ProtocolProvider;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What can be set about TLS, named as the established toolkit names it. Key stores are files that {@code keytool} makes.
 *
 * @param enabled whether there is any
 * @param keystorePath file with the own key and certificate
 * @param keystorePassword of that file
 * @param keystoreType of that file
 * @param keystoreAlias which of its keys; without it any that fits
 * @param truststorePath file with the certificates that are trusted
 * @param truststorePassword of that file
 * @param truststoreType of that file
 * @param clientAuth whether those who connect must have a certificate that is trusted
 * @param protocols versions of TLS
 * @param cipherSuites what may be negotiated
 */
public record TlsSettings(Setting<Boolean> enabled, Setting<String> keystorePath, Setting<String> keystorePassword,
        Setting<String> keystoreType, Setting<String> keystoreAlias, Setting<String> truststorePath,
        Setting<String> truststorePassword, Setting<String> truststoreType, Setting<ClientAuthentication> clientAuth,
        Setting<String> protocols, Setting<String> cipherSuites) {

    /** Attributes of protocols: {@code tls.enabled} and so on. */
    public static final TlsSettings OF_PROTOCOLS = named("tls.", auth -> auth.withoutEffect(
            "members only connect; the router asks for certificates, and a member with a keystore_path shows its own"));

    /** Options of the router: {@code --tls_enabled} and so on. */
    public static final TlsSettings OF_PROGRAMS = named("tls_", UnaryOperator.identity());

    /** Whether those who connect must have a certificate. */
    public enum ClientAuthentication {
        /** They are not asked. */
        NONE,
        /** They are asked, and may have none. */
        WANT,
        /** Who has none that is trusted is not heard. */
        NEED
    }

    private static TlsSettings named(String prefix, UnaryOperator<Setting<ClientAuthentication>> refined) {
        return new TlsSettings(
                Setting.flag(prefix + "enabled", false).says("encrypt the connections between router and members by TLS"),
                Setting.text(prefix + "keystore_path", null)
                        .says("file with the own private key and certificate, as keytool makes it"),
                Setting.secret(prefix + "keystore_password").says("password of that file, and of the key in it"),
                Setting.text(prefix + "keystore_type", "pkcs12").says("format of that file"),
                Setting.text(prefix + "keystore_alias", null).says("name of the key in that file; without it any that fits"),
                Setting.text(prefix + "truststore_path", null)
                        .says("file with the certificates that are trusted, or with those of who signed them"),
                Setting.secret(prefix + "truststore_password").says("password of that file"),
                Setting.text(prefix + "truststore_type", "pkcs12").says("format of that file"),
                refined.apply(Setting.choice(prefix + "client_auth", ClientAuthentication.NONE)
                        .says("whether those who connect must have a certificate that is trusted")),
                Setting.text(prefix + "protocols", null).says("versions of TLS, as TLSv1.3,TLSv1.2; without it those of the JDK"),
                Setting.text(prefix + "cipher_suites", null).says("cipher suites, with commas; without it those of the JDK"));
    }

    /**
     * All of them.
     *
     * @return in the order in which they are documented
     */
    public List<Setting<?>> all() {
        return List.of(enabled, keystorePath, keystorePassword, keystoreType, keystoreAlias, truststorePath,
                truststorePassword, truststoreType, clientAuth, protocols, cipherSuites);
    }

    /**
     * Read the key stores, for who connects. Blocks while files are read.
     *
     * @param owner whose settings they are, for messages
     * @param settings hold these
     * @return null if TLS is not enabled
     * @throws ConfigurationException if a file can't be read, or nobody would be trusted or everybody
     */
    public Tls forClients(String owner, Settings settings) {
        return inNameOf(owner, () -> clients(settings));
    }

    /**
     * Look whether clients could start with the key stores that are named.
     *
     * @param settings hold these
     * @param problems told if not
     */
    public void inspectForClients(Settings settings, ProtocolProvider.Problems problems) {
        try {
            clients(settings);
        } catch (ConfigurationException e) {
            problems.report(e.getMessage());
        }
    }

    /**
     * Read the key stores, for who listens. Blocks while files are read.
     *
     * @param owner whose settings they are, for messages
     * @param settings hold these
     * @return null if TLS is not enabled
     * @throws ConfigurationException if a file can't be read, or something is missing
     */
    public Tls forServers(String owner, Settings settings) {
        return inNameOf(owner, () -> servers(settings));
    }

    private static Tls inNameOf(String owner, Supplier<Tls> reading) {
        try {
            return reading.get();
        } catch (ConfigurationException e) {
            throw new ConfigurationException(owner + ": " + e.getMessage(), e);
        }
    }

    private Tls clients(Settings settings) {
        if (!settings.get(enabled)) {
            return null;
        }
        if (settings.get(truststorePath) == null) {
            throw new ConfigurationException(enabled.name() + " without " + truststorePath.name() + ": whoever has any "
                    + "certificate of the world could pretend to be a router; name a file with the certificates of the routers, "
                    + "or of who signed them");
        }
        return read(settings);
    }

    private Tls servers(Settings settings) {
        if (!settings.get(enabled)) {
            return null;
        }
        if (settings.get(keystorePath) == null) {
            throw new ConfigurationException(enabled.name() + " without " + keystorePath.name() + ": there is no certificate to "
                    + "show; make a key with: keytool -genkeypair -keyalg EC -storetype PKCS12");
        }
        if (settings.get(clientAuth) != ClientAuthentication.NONE && settings.get(truststorePath) == null) {
            throw new ConfigurationException(clientAuth.name() + "=" + settings.text(clientAuth) + " without "
                    + truststorePath.name() + ": name a file with the certificates of clients, or of who signed them");
        }
        return read(settings);
    }

    private Tls read(Settings settings) {
        KeyStoreFile keys = file(settings, keystorePath, keystorePassword, keystoreType);
        KeyStoreFile trusted = file(settings, truststorePath, truststorePassword, truststoreType);
        Tls tls = Tls.of(keys, settings.get(keystoreAlias), trusted).clientAuthentication(settings.get(clientAuth));
        try {
            return tls.protocols(list(settings.get(protocols))).cipherSuites(list(settings.get(cipherSuites))).tried();
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(protocols.name() + " or " + cipherSuites.name()
                    + " names what this JDK does not have: " + e.getMessage(), e);
        }
    }

    private static KeyStoreFile file(Settings settings, Setting<String> path, Setting<String> password,
            Setting<String> type) {
        return settings.get(path) == null ? null
                : new KeyStoreFile(path.name(), settings.get(path), settings.get(password), settings.get(type));
    }

    private static List<String> list(String text) {
        return text == null ? List.of() : Arrays.stream(text.split(",")).map(String::trim).toList();
    }
}
