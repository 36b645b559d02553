package dev.muster.spi.router;

import dev.muster.api.Address;
import java.net.InetSocketAddress;
import java.util.Objects;

/** An address on a router's wire: of a member, or of a place. Addresses of sites, and those of plug-ins, are not understood. */
public sealed interface RouterAddress {

    /**
     * The identity of a member, a UUID.
     *
     * @param high most significant bits
     * @param low least significant bits
     */
    record Id(long high, long low) implements RouterAddress {

        /**
         * What a member of ours is called there. Its name is told separately.
         *
         * @param member the member
         * @return the same 128 bits
         */
        public static Id of(Address member) {
            return new Id(member.high(), member.low());
        }

        /**
         * The member as ours.
         *
         * @return an address without a name
         */
        public Address member() {
            return Address.of(high, low, "");
        }
    }

    /**
     * A place, or a member that goes by its place.
     *
     * @param place host and port; unresolved where the wire names no host
     */
    record Ip(InetSocketAddress place) implements RouterAddress {

        /**
         * Check the place.
         *
         * @param place not null
         */
        public Ip {
            Objects.requireNonNull(place, "place");
        }
    }
}
