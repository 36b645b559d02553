package dev.muster.spi.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.spi.MalformedException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RouterFrameReaderTest {

    private final List<String> seen = new ArrayList<>();
    private final RouterFrameReader reader = new RouterFrameReader(200_000, new RouterFrameReader.Sink() {
        @Override
        public void frame(byte[] frame) {
            ByteBuffer read = ByteBuffer.wrap(frame);
            assertThat(read.getInt()).isEqualTo(frame.length - 4);
            seen.add((frame.length - 4) + " of " + read.get(frame.length - 1));
        }

        @Override
        public void orderlyClose() {
            seen.add("goodbye");
        }
    });

    private static ByteBuffer frames(int... lengths) {
        ByteBuffer out = ByteBuffer.allocate(400_000);
        for (int length : lengths) {
            out.putInt(length);
            for (int i = 0; i < length; i++) {
                out.put((byte) length);
            }
        }
        return out.flip();
    }

    @Test
    void framesAreCutWhateverThePieces() {
        ByteBuffer all = frames(1, 100, 150_000, RouterFrameReader.ORDERLY_CLOSE, 3);
        for (int piece : new int[] {1, 3, 1_000, 300_000}) {
            seen.clear();
            for (int from = 0; from < all.limit(); from += piece) {
                reader.read(all.duplicate().position(from).limit(Math.min(all.limit(), from + piece)));
            }
            assertThat(seen).containsExactly("1 of 1", "100 of 100", "150000 of " + (byte) 150_000, "goodbye", "3 of 3");
        }
    }

    @Test
    void lengthsThatCantBeAreRefused() {
        for (int length : new int[] {0, -1, -4, -6, 200_001, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            RouterFrameReader fresh = new RouterFrameReader(200_000, new RouterFrameReader.Sink() {
                @Override
                public void frame(byte[] frame) {
                    throw new AssertionError("a frame");
                }

                @Override
                public void orderlyClose() {
                    throw new AssertionError("a goodbye");
                }
            });
            assertThatThrownBy(() -> fresh.read(ByteBuffer.allocate(4).putInt(length).flip())).as("%s", length)
                    .isInstanceOf(MalformedException.class).hasMessageContaining("expected 1 to 200000");
        }
    }
}
