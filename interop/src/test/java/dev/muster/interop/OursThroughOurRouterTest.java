package dev.muster.interop;

import dev.muster.api.Settings;
import dev.muster.router.RouterSettings;
import dev.muster.security.KeyFile;
import dev.muster.security.KeyRing;
import dev.muster.security.PreSharedKey;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our members through our router, on real sockets. */
class OursThroughOurRouterTest {

    @FunctionalInterface
    private interface Kind {
        Node join(OurRouter router, String name) throws Exception;
    }

    @Test
    void membersWithTunnelAndTcpgossip() throws Exception {
        formAndOutlive((router, name) -> MusterNode.tunnelled(router.host(), "g", name));
    }

    @Test
    void membersWithTunnelAndPing() throws Exception {
        formAndOutlive((router, name) -> MusterNode.tunnelledWithPing(router.host(), "g", name));
    }

    @Test
    void membersWithTcpAndTcpgossip() throws Exception {
        formAndOutlive((router, name) -> MusterNode.gossiping(router.host(), "g", name));
    }

    @Test
    void membersWithTcpAndPing() throws Exception {
        formAndOutlive((router, name) -> MusterNode.pinging(router.place().getPort(), "g", name));
    }

    @Test
    void membersWhoseRouterHasTheKeyOfTheGroup(@TempDir Path folder) throws Exception {
        Path keys = folder.resolve("group.key");
        byte[] key = new byte[PreSharedKey.BYTES];
        new SecureRandom().nextBytes(key);
        new KeyFile(keys).write(KeyRing.of(PreSharedKey.of(key)));
        formAndOutlive(new OurRouter(new Settings().set(RouterSettings.KEY_FILE, keys.toString())),
                (router, name) -> MusterNode.sealed(router.host(), keys, "g", name));
    }

    private static void formAndOutlive(Kind kind) throws Exception {
        formAndOutlive(new OurRouter(), kind);
    }

    private static void formAndOutlive(OurRouter started, Kind kind) throws Exception {
        try (OurRouter router = started; Group group = new Group(name -> kind.join(router, name))) {
            group.mustWork();
            router.restart();
            group.mustWork();
            group.growBy(name -> kind.join(router, name));
            group.mustWork();
        }
    }

    @Test
    void ofTwoRoutersEitherIsEnough() throws Exception {
        try (OurRouter one = new OurRouter(); OurRouter other = new OurRouter()) {
            String both = one.host() + "," + other.host();
            Failover.check(one, other, name -> MusterNode.tunnelled(both, "two", name));
        }
    }
}
