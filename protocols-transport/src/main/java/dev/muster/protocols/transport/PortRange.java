package dev.muster.protocols.transport;

import dev.muster.api.ConfigurationException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/**
 * Ports to be tried in order.
 *
 * @param first 0 for any free one
 * @param last last one to try
 * @param words what to call things when none is free
 */
record PortRange(int first, int last, Words words) {

    static final int HIGHEST = 65_535;

    /**
     * For messages.
     *
     * @param protocol whose ports they are
     * @param widen how to have more of them
     */
    record Words(String protocol, String widen) {}

    /** Opens a socket of some kind. */
    @FunctionalInterface
    interface Opening<S> {
        S at(InetSocketAddress local) throws IOException;
    }

    /**
     * Open a socket on the first port of the range that is free.
     *
     * @throws ConfigurationException naming the ports tried
     */
    <S> S open(InetAddress address, Opening<S> opening, Consumer<S> closing) {
        IOException problem = null;
        for (int port = first; port <= last; port++) {
            try {
                return opening.at(new InetSocketAddress(address, port));
            } catch (IOException e) {
                if (problem == null) {
                    checkAddress(address, opening, closing, e);
                }
                problem = e;
            }
        }
        throw new ConfigurationException(words.protocol() + ": no free port on " + address.getHostAddress() + ", tried "
                + this + ": " + (problem == null ? "the range is empty" : problem.getMessage())
                + "; free one of them, or " + words.widen(), problem);
    }

    /** Where not even any port will do, the address is to blame and further ports need not be tried. */
    private <S> void checkAddress(InetAddress address, Opening<S> opening, Consumer<S> closing, IOException problem) {
        try {
            closing.accept(opening.at(new InetSocketAddress(address, 0)));
        } catch (IOException e) {
            throw new ConfigurationException(words.protocol() + ": can't bind to " + address.getHostAddress() + ": "
                    + problem.getMessage() + "; set bind_addr to another address of this machine", problem);
        }
    }

    @Override
    public String toString() {
        return first == last ? "port " + first : "ports " + first + " to " + last;
    }
}
