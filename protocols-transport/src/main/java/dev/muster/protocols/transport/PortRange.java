package dev.muster.protocols.transport;

import dev.muster.api.ConfigurationException;
import dev.muster.spi.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

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
    Network.Listener listen(Network network, InetAddress address, Network.StreamOptions options,
            Network.AcceptHandler handler) {
        IOException problem = null;
        for (int port = first; port <= last; port++) {
            try {
                return network.listen(new InetSocketAddress(address, port), options, handler);
            } catch (IOException e) {
                if (problem == null) {
                    checkAddress(network, address, e);
                }
                problem = e;
            }
        }
        throw new ConfigurationException("TCP: no free port on " + address.getHostAddress() + ", tried " + this + ": "
                + (problem == null ? "the range is empty" : problem.getMessage())
                + "; free one of them, or widen the range with end_port, or set start_port=0 for any port", problem);
    }

    /** Where not even any port will do, the address is to blame and further ports need not be tried. */
    private static void checkAddress(Network network, InetAddress address, IOException problem) {
        try {
            network.listen(new InetSocketAddress(address, 0), stream -> null).close();
        } catch (IOException e) {
            throw new ConfigurationException("TCP: can't listen on " + address.getHostAddress() + ": "
                    + problem.getMessage() + "; set bind_addr to another address of this machine", problem);
        }
    }

    @Override
    public String toString() {
        return first == last ? "port " + first : "ports " + first + " to " + last;
    }
}
