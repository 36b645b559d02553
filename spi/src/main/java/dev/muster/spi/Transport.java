package dev.muster.spi;

/**
 * The bottom layer. Gets packets that are stamped with source and cluster, encodes each once with
 * {@link Context#codec()} and writes it to the network; decodes what it reads and passes it up.
 *
 * <p>Emits {@link Event.TransportReady} upwards once it is bound.
 */
public interface Transport extends Protocol {

    /**
     * Write what {@link #down} has collected. Called at the end of every turn in which a packet went down, so that many
     * packets share one write.
     */
    void flush();

    @Override
    default void up(Packet packet) {
        throw new IllegalStateException("a transport is the bottom layer, nothing comes up to it");
    }
}
