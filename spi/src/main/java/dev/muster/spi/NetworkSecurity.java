package dev.muster.spi;

/**
 * A protocol that stands between the network and everything in its stack that uses it: the transport, and the sockets that
 * other layers have of their own. What it does not let through, nobody above has seen.
 *
 * <p>A stack has at most one, right above the transport. With it, layers may leave the loopback interface without the stack
 * being declared insecure.
 */
public interface NetworkSecurity extends Protocol {

    /**
     * Put the network into a wrapper. Called once in a life, before any layer is started, because the transport opens its
     * sockets when it starts.
     *
     * @param environment of the stack; its network is the one to wrap. Whatever is scheduled or executed there must be
     *     harmless after {@link #stop}
     * @param context of this layer, for its counters; nothing can be passed or emitted yet
     * @return what all layers of the stack get as {@link Context#network()}; its handlers are called as those of the
     *     environment's network are
     * @throws dev.muster.api.ConfigurationException if that is impossible, for want of keys for one
     */
    Network secure(Environment environment, Context context);
}
