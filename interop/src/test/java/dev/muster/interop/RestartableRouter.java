package dev.muster.interop;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** A router on a port of loopback, of whichever toolkit. */
interface RestartableRouter extends AutoCloseable {

    /**
     * A port that nobody uses, and that no client's end of a connection is given by the system: a client that tries and tries to reach
     * a router that is away would else connect to itself some day, and the router could not come back.
     */
    static int freePort() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(15_000, 32_000);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException e) {
                continue;
            }
        }
    }

    /** Where it listens, or did. */
    InetSocketAddress place();

    void stop();

    /** At the same place. */
    void startAgain() throws Exception;

    /** Number of members. */
    int registered();

    /** What members are told of it. */
    default String host() {
        return "127.0.0.1[" + place().getPort() + "]";
    }

    /** Stop it, and start it again: whoever was registered finds its way back. */
    default void restart() throws Exception {
        int before = registered();
        stop();
        startAgain();
        awaitRegistered(before);
    }

    default void awaitRegistered(int members) {
        Patience.await(() -> members + " are registered, and not " + registered(), () -> registered() == members);
    }

    @Override
    default void close() {
        stop();
    }
}
