package dev.muster.spi;

import dev.muster.api.Address;

/**
 * A cluster that a transport serves, with the one member of it that is above that transport.
 *
 * @param cluster its name
 * @param self the member, in its current life
 */
public record Tenant(String cluster, Address self) {

    /**
     * The number that stands for the cluster on the wire.
     *
     * @return as in {@link Packet#cluster}
     */
    public long id() {
        return PacketCodec.clusterId(cluster);
    }
}
