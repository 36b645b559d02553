package dev.muster.interop;

import dev.muster.api.Settings;
import dev.muster.router.Router;
import dev.muster.router.RouterCounter;
import dev.muster.router.RouterSettings;
import java.io.IOException;
import java.net.InetSocketAddress;

/** A router of ours that can be restarted where it was. */
final class OurRouter implements RestartableRouter {

    private final Settings settings;
    private Router router;
    private InetSocketAddress place;

    /** Start it on a free port of loopback. */
    OurRouter() throws IOException {
        this(new Settings());
    }

    OurRouter(Settings settings) throws IOException {
        this.settings = settings.set(RouterSettings.PORT, RestartableRouter.freePort());
        startAgain();
    }

    @Override
    public InetSocketAddress place() {
        return place;
    }

    @Override
    public void stop() {
        router.close();
    }

    @Override
    public void startAgain() {
        router = new Router(settings);
        place = router.start();
    }

    @Override
    public int registered() {
        return router.counters().get(RouterCounter.MEMBERS).intValue();
    }

    long count(RouterCounter counter) {
        return router.counters().get(counter);
    }
}
