package dev.muster.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Settings;
import dev.muster.router.RouterCounter;
import dev.muster.spi.tls.TlsSettings;
import dev.muster.spi.tls.TlsSettings.ClientAuthentication;
import dev.muster.testkit.TestKeyStores;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jgroups.util.TLS;
import org.jgroups.util.TLSClientAuth;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routers and members of either toolkit, connected by TLS: whoever has no certificate that is trusted is not heard. */
class TlsTest {

    private static final TlsSettings OURS = TlsSettings.OF_PROGRAMS;

    @TempDir
    private static Path folder;

    private final TestKeyStores keys = new TestKeyStores(folder);

    private OurRouter ourRouter() throws IOException {
        return new OurRouter(new Settings().set(OURS.enabled(), true).set(OURS.keystorePath(), keys.keyOf("router").toString())
                .set(OURS.keystorePassword(), TestKeyStores.PASSWORD)
                .set(OURS.truststorePath(), keys.trusting("member").toString())
                .set(OURS.truststorePassword(), TestKeyStores.PASSWORD).set(OURS.clientAuth(), ClientAuthentication.NEED));
    }

    private TheirRouter theirRouter() throws Exception {
        String own = keys.keyOf("router").toString();
        String trusted = keys.trusting("member").toString();
        return new TheirRouter(router -> router.tls(new TLS().enabled(true).setKeystorePath(own)
                .setKeystorePassword(TestKeyStores.PASSWORD).setTruststorePath(trusted)
                .setTruststorePassword(TestKeyStores.PASSWORD).setClientAuth(TLSClientAuth.NEED)));
    }

    private Map<String, String> ofMember(String key) throws IOException {
        return Map.of("tls.enabled", "true", "tls.keystore_path", keys.keyOf(key).toString(),
                "tls.keystore_password", TestKeyStores.PASSWORD, "tls.truststore_path", keys.trusting("router").toString(),
                "tls.truststore_password", TestKeyStores.PASSWORD);
    }

    private static void formAndOutlive(RestartableRouter router, Group.Joining joining) throws Exception {
        try (Group group = new Group(joining)) {
            group.mustWork();
            router.awaitRegistered(3);
            router.restart();
            group.mustWork();
        }
    }

    @Test
    void nodesOfJgroupsThroughOurRouter() throws Exception {
        System.setProperty("keystore", keys.keyOf("member").toString());
        System.setProperty("truststore", keys.trusting("router").toString());
        try (OurRouter router = ourRouter()) {
            formAndOutlive(router, name -> JGroupsNode.join("jgroups-tunnel-tls.xml", router.host(), "tls", name));
        }
    }

    @Test
    void ourMembersThroughTheirRouter() throws Exception {
        Map<String, String> tls = ofMember("member");
        try (TheirRouter router = theirRouter()) {
            formAndOutlive(router, name -> MusterNode.tunnelled(router.host(), "tls", name, tls));
        }
    }

    @Test
    void ourMembersThatAskOurRouterForOneAnother() throws Exception {
        Map<String, String> tls = ofMember("member");
        try (OurRouter router = ourRouter()) {
            formAndOutlive(router, name -> MusterNode.gossiping(router.host(), "tls", name, tls));
        }
    }

    @Test
    void aMemberWhoseCertificateTheRouterDoesNotTrustStaysAlone() throws Exception {
        Map<String, String> stranger = ofMember("router");
        try (OurRouter router = ourRouter(); MusterNode node = MusterNode.tunnelled(router.host(), "tls", "x", stranger)) {
            Patience.await(() -> "strangers are refused", () -> router.count(RouterCounter.STRANGERS_REFUSED) > 0);
            assertThat(router.registered()).isZero();
            assertThat(node.members()).isEqualTo(1);
        }
    }
}
