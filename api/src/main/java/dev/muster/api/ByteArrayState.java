package dev.muster.api;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** State that fits into one array. */
record ByteArrayState(Supplier<byte[]> get, Consumer<byte[]> set) implements StateHandler {

    @Override
    public Snapshot snapshot() {
        byte[] state = get.get();
        return new Snapshot() {
            private int position;

            @Override
            public int read(byte[] buffer) {
                int length = Math.min(buffer.length, state.length - position);
                System.arraycopy(state, position, buffer, 0, length);
                position += length;
                return length == 0 ? -1 : length;
            }
        };
    }

    @Override
    public Sink sink() {
        ByteArrayOutputStream collected = new ByteArrayOutputStream();
        return new Sink() {
            @Override
            public void write(byte[] buffer, int offset, int length) {
                collected.write(buffer, offset, length);
            }

            @Override
            public void complete() {
                set.accept(collected.toByteArray());
            }
        };
    }
}
