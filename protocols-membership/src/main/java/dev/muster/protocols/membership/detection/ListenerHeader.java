package dev.muster.protocols.membership.detection;

import dev.muster.spi.Header;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;
import java.net.InetSocketAddress;

/**
 * Asks where a member's listener for failure detection is, or tells.
 *
 * <pre>
 * question: +---+     answer: +---+--------------------------------+
 *           | 0 |             | 1 | 4 or 16, IP address, port (2)  |
 *           +---+             +---+--------------------------------+
 * </pre>
 *
 * @param listening the address; null for a question
 */
public record ListenerHeader(InetSocketAddress listening) implements Header {

    /** Turns it into bytes and back. */
    public static final class Codec implements HeaderCodec<ListenerHeader> {

        /** Without state. */
        public Codec() {}

        @Override
        public int id() {
            return 31;
        }

        @Override
        public Class<ListenerHeader> type() {
            return ListenerHeader.class;
        }

        @Override
        public void encode(ListenerHeader header, WireWriter out) {
            out.writeBoolean(header.listening() != null);
            if (header.listening() != null) {
                out.writeSocketAddress(header.listening());
            }
        }

        @Override
        public ListenerHeader decode(WireReader in) {
            return new ListenerHeader(in.readBoolean() ? in.readSocketAddress() : null);
        }
    }
}
