package dev.muster.spi.tls;

import dev.muster.api.ConfigurationException;
import dev.muster.spi.tls.TlsSettings.ClientAuthentication;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * Keys, trust and wishes, from which connections are made. Who has a certificate that is trusted is believed, whatever name
 * is in it: trust those of your routers and members, or of an authority that signs for nobody else.
 *
 * <p>Immutable; safe for use by any thread.
 */
public final class Tls {

    private final SSLContext context;
    private final ClientAuthentication clientAuthentication;
    private final List<String> protocols;
    private final List<String> cipherSuites;

    private Tls(SSLContext context, ClientAuthentication clientAuthentication, List<String> protocols,
            List<String> cipherSuites) {
        this.context = context;
        this.clientAuthentication = clientAuthentication;
        this.protocols = protocols;
        this.cipherSuites = cipherSuites;
    }

    static Tls of(KeyStoreFile keys, String alias, KeyStoreFile trusted) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys == null ? null : keys.keys(alias), trusted == null ? null : trusted.trusted(), null);
            return new Tls(context, ClientAuthentication.NONE, List.of(), List.of());
        } catch (GeneralSecurityException e) {
            throw new ConfigurationException("this JDK can't do TLS: " + e.getMessage(), e);
        }
    }

    Tls clientAuthentication(ClientAuthentication wanted) {
        return new Tls(context, wanted, protocols, cipherSuites);
    }

    Tls protocols(List<String> wanted) {
        return new Tls(context, clientAuthentication, wanted, cipherSuites);
    }

    Tls cipherSuites(List<String> wanted) {
        return new Tls(context, clientAuthentication, protocols, wanted);
    }

    /** This, if a connection can be made of it. */
    Tls tried() {
        engine(true);
        return this;
    }

    /**
     * Tell whether who connects must have a certificate that is trusted.
     *
     * @return true if nobody else is heard
     */
    public boolean knowsClients() {
        return clientAuthentication == ClientAuthentication.NEED;
    }

    /** The end of a new connection. */
    SSLEngine engine(boolean connects) {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(connects);
        SSLParameters parameters = engine.getSSLParameters();
        if (!protocols.isEmpty()) {
            parameters.setProtocols(protocols.toArray(new String[0]));
        }
        if (!cipherSuites.isEmpty()) {
            parameters.setCipherSuites(cipherSuites.toArray(new String[0]));
        }
        if (!connects && clientAuthentication == ClientAuthentication.WANT) {
            parameters.setWantClientAuth(true);
        } else if (!connects && clientAuthentication == ClientAuthentication.NEED) {
            parameters.setNeedClientAuth(true);
        }
        engine.setSSLParameters(parameters);
        return engine;
    }
}
