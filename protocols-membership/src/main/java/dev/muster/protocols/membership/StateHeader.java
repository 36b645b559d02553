package dev.muster.protocols.membership;

import dev.muster.api.ViewId;
import dev.muster.spi.Header;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;
import java.nio.ByteBuffer;

/**
 * Header of a state transfer's packets. The payload of a chunk is the chunk, of a failure the reason as UTF-8, of a
 * resumption {@link Progress}.
 *
 * <pre>
 * | kind 1 | view of the cut: counter varint, creator 16 | index varint |
 * kinds: 0 chunk, provider → requester; the empty one is the end
 *        1 written, requester → provider: the chunk has been taken
 *        2 failed, either → other: nothing more comes, or nothing more is wanted
 *        3 resume, requester → who has a snapshot at hand: its provider is gone, this chunk is the next
 *          payload: | bytes that it has 8 | their CRC-32C 8 |
 * </pre>
 *
 * @param kind one of the constants
 * @param view the cut
 * @param index number of the chunk, from 0
 */
record StateHeader(int kind, ViewId view, long index) implements Header {

    static final int CHUNK = 0;
    static final int WRITTEN = 1;
    static final int FAILED = 2;
    static final int RESUME = 3;

    /** Most bytes it takes: id, length and the fields. */
    static final int MAX_BYTES = 48;

    /**
     * How far a requester has come.
     *
     * @param bytes it has
     * @param checksum CRC-32C of them
     */
    record Progress(long bytes, long checksum) {

        static final Progress NONE = new Progress(0, 0);

        private static final int ENCODED_BYTES = 16;

        byte[] encoded() {
            return ByteBuffer.allocate(ENCODED_BYTES).putLong(bytes).putLong(checksum).array();
        }

        /** Read it; null if it is none. */
        static Progress decode(byte[] buffer, int offset, int length) {
            ByteBuffer in = ByteBuffer.wrap(buffer, offset, length);
            Progress progress = length == ENCODED_BYTES ? new Progress(in.getLong(), in.getLong()) : null;
            return progress == null || progress.bytes < 0 ? null : progress;
        }
    }

    /** Reads and writes the header. */
    static final HeaderCodec<StateHeader> CODEC = new HeaderCodec<>() {
        @Override
        public int id() {
            return 34;
        }

        @Override
        public Class<StateHeader> type() {
            return StateHeader.class;
        }

        @Override
        public void encode(StateHeader header, WireWriter out) {
            out.writeByte(header.kind).writeViewId(header.view).writeVarint(header.index);
        }

        @Override
        public StateHeader decode(WireReader in) {
            int kind = in.readByte();
            if (kind > RESUME) {
                throw in.malformed("packet of state transfer of kind " + kind + ", expected 0 to " + RESUME);
            }
            ViewId view = in.readViewId();
            long index = in.readVarint();
            if (index < 0) {
                throw in.malformed("chunk " + index + " is negative");
            }
            return new StateHeader(kind, view, index);
        }
    };
}
