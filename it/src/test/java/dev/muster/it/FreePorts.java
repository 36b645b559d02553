package dev.muster.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports of this machine that nobody listens on; below those that the system gives to outgoing connections. */
public final class FreePorts {

    private static final int LEAST = 20_000;
    private static final int MOST = 32_000;
    private static final int STEP = 37;

    private FreePorts() {}

    /**
     * Find neighbouring ports that are free on loopback.
     *
     * @param count how many
     * @return the first of them
     */
    public static int inARow(int count) {
        for (int first = LEAST + (int) (ProcessHandle.current().pid() % 10_000); first < MOST; first += STEP) {
            if (areFree(first, count)) {
                return first;
            }
        }
        throw new IllegalStateException("no " + count + " neighbouring ports are free on loopback");
    }

    private static boolean areFree(int first, int count) {
        for (int port = first; port < first + count; port++) {
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                probe.setReuseAddress(true);
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }
}
