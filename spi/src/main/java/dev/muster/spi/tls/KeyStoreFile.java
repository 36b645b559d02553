package dev.muster.spi.tls;

import dev.muster.api.ConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * A file of keys or certificates.
 *
 * @param setting that names it, for messages
 * @param path of the file
 * @param password null for none
 * @param type of the file, such as pkcs12
 */
record KeyStoreFile(String setting, String path, String password, String type) {

    /** The file's key, and no other. */
    KeyManager[] keys(String alias) {
        KeyStore store = read();
        try {
            if (alias != null && !store.isKeyEntry(alias)) {
                throw new ConfigurationException(setting + "=" + path + " has no key '" + alias + "'; it has "
                        + java.util.Collections.list(store.aliases()));
            }
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(alias == null ? store : only(store, alias), characters());
            return factory.getKeyManagers();
        } catch (GeneralSecurityException e) {
            throw new ConfigurationException(setting + "=" + path + ": the key can't be used: " + e.getMessage(), e);
        }
    }

    private KeyStore only(KeyStore store, String alias) throws GeneralSecurityException {
        try {
            KeyStore one = KeyStore.getInstance(type);
            one.load(null, null);
            one.setKeyEntry(alias, store.getKey(alias, characters()), characters(), store.getCertificateChain(alias));
            return one;
        } catch (IOException e) {
            throw new KeyStoreException(e);
        }
    }

    TrustManager[] trusted() {
        KeyStore store = read();
        try {
            if (store.size() == 0) {
                throw new ConfigurationException(setting + "=" + path + " has no certificate; put one there with: keytool "
                        + "-importcert");
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory.getTrustManagers();
        } catch (GeneralSecurityException e) {
            throw new ConfigurationException(setting + "=" + path + ": the certificates can't be used: " + e.getMessage(), e);
        }
    }

    private char[] characters() {
        return password == null ? null : password.toCharArray();
    }

    private KeyStore read() {
        try (InputStream in = Files.newInputStream(Path.of(path))) {
            KeyStore store = KeyStore.getInstance(type);
            store.load(in, characters());
            return store;
        } catch (IOException | GeneralSecurityException | InvalidPathException e) {
            throw new ConfigurationException(setting + "=" + path + " can't be read: " + e + "; check path, type and password",
                    e);
        }
    }
}
