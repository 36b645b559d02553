package dev.muster.protocols.transport;

import dev.muster.api.ConfigurationException;
import dev.muster.spi.Network;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;

/**
 * Ports to be tried in order.
 *
 * @param first 0 for any free one
 * @param last last one to try
 */
record PortRange(int first, int last) {

    static final int HIGHEST = 65_535;

    /**
     * Listen on the first port of the range that is free.
     *
     * @throws ConfigurationException naming the ports tried
     */
    Network.Listener listen(Network network, InetAddress address, Network.AcceptHandler handler) {
        IOException problem = null;
        for (int port = first; port <= last; port++) {
            try {
                return network.listen(new InetSocketAddress(address, port), handler);
            } catch (IOException e) {
                problem = e;
                if (isAboutAddress(e)) {
                    throw new ConfigurationException("TCP: can't listen on " + address.getHostAddress() + ": "
                            + e.getMessage() + "; set bind_addr to an address of this machine", e);
                }
            }
        }
        throw new ConfigurationException("TCP: no free port on " + address.getHostAddress() + ", tried " + this + ": "
                + (problem == null ? "the range is empty" : problem.getMessage())
                + "; free one of them, or widen the range with end_port, or set start_port=0 for any port", problem);
    }

    /** Another port would not help. */
    private static boolean isAboutAddress(IOException e) {
        String message = String.valueOf(e.getMessage());
        return e instanceof SocketException && !(e instanceof BindException) && message.contains("ermission") == false
                || message.contains("assign requested address");
    }

    @Override
    public String toString() {
        return first == last ? "port " + first : "ports " + first + " to " + last;
    }
}
