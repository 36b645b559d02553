package dev.muster.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Key stores for tests of TLS: files of a folder, in which each party has a key and a certificate that it has signed itself.
 * Made by {@code keytool} of the JDK that runs.
 */
public final class TestKeyStores {

    /** Of all files and keys. */
    public static final String PASSWORD = "no-secret";

    private static final String TYPE = "PKCS12";

    private final Path folder;

    /**
     * Name the folder.
     *
     * @param folder exists; files in it stay
     */
    public TestKeyStores(Path folder) {
        this.folder = folder;
    }

    /**
     * The key of a party, made when it is first asked for.
     *
     * @param party its name: that of the file, and the alias in it
     * @return a file
     * @throws IOException if keytool fails
     */
    public Path keyOf(String party) throws IOException {
        Path file = folder.resolve(party + ".p12");
        if (!Files.exists(file)) {
            run(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-keyalg", "EC",
                    "-groupname", "secp256r1", "-alias", party, "-dname", "CN=" + party, "-validity", "3650", "-storetype",
                    TYPE, "-keystore", file.toString(), "-storepass", PASSWORD));
        }
        return file;
    }

    private static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.Charset.defaultCharset());
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException(command + ": " + said);
        }
    }

    /**
     * A file of trusted certificates.
     *
     * @param parties whose they are
     * @return a file
     * @throws IOException if keytool fails
     */
    public Path trusting(String... parties) throws IOException {
        Path file = folder.resolve("trusting-" + String.join("-", parties) + ".p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            KeyStore trusted = KeyStore.getInstance(TYPE);
            trusted.load(null, null);
            for (String party : parties) {
                trusted.setCertificateEntry(party, read(keyOf(party)).getCertificate(party));
            }
            trusted.store(out, PASSWORD.toCharArray());
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
        return file;
    }

    private static KeyStore read(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(TYPE);
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    /**
     * What a program of others would use.
     *
     * @param party has its key; null for nobody's
     * @param trusts whose certificates it trusts
     * @return makes sockets
     * @throws IOException if keytool fails
     */
    public SSLContext context(String party, String... trusts) throws IOException {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(party == null ? null : read(keyOf(party)), PASSWORD.toCharArray());
            TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trusted.init(read(trusting(trusts)));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(party == null ? null : keys.getKeyManagers(), trusted.getTrustManagers(), new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }
}
