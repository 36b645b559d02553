package dev.muster.core;

import dev.muster.spi.Environment;
import dev.muster.spi.Network;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** One probe at a {@link DiagnosticsPort}: greeted, asks a line, is answered, gone. */
final class ProbeConnection implements Network.StreamHandler {

    /** Longer than any request; whoever says more is none. */
    private static final int MOST_REQUEST_BYTES = 128;

    private final DiagnosticsPort port;
    private final Network.Stream stream;
    private final byte[] nonce;
    private final StringBuilder request = new StringBuilder();
    private Environment.Scheduled patience;
    private ByteBuffer pending;
    private boolean asked;
    private boolean over;

    ProbeConnection(DiagnosticsPort port, Network.Stream stream, byte[] nonce) {
        this.port = port;
        this.stream = stream;
        this.nonce = nonce;
    }

    void begin(Environment.Scheduled limit) {
        patience = limit;
        String challenge = nonce.length == 0 ? "-" : HexFormat.of().formatHex(nonce);
        write("MUSTER 1 " + challenge + "\n");
    }

    /** There are too many already: nothing is said, what comes is nobody's. */
    void refuse() {
        over = true;
        stream.close();
    }

    @Override
    public void received(ByteBuffer bytes) {
        while (bytes.hasRemaining() && !asked && !over) {
            byte next = bytes.get();
            if (next == '\n') {
                asked = true;
                stream.wantReadable(false);
                write(port.answer(request.toString().stripTrailing(), nonce));
            } else if (next < ' ' && next != '\r' || request.length() >= MOST_REQUEST_BYTES) {
                // no character of a request, or too much for one
                end();
            } else {
                request.append((char) next);
            }
        }
        bytes.position(bytes.limit());
    }

    private void write(String text) {
        byte[] more = text.getBytes(StandardCharsets.UTF_8);
        int before = pending == null ? 0 : pending.remaining();
        ByteBuffer joined = ByteBuffer.allocate(before + more.length);
        if (before > 0) {
            joined.put(pending);
        }
        pending = joined.put(more).flip();
        writable();
    }

    @Override
    public void writable() {
        if (over) {
            return;
        }
        if (pending.hasRemaining()) {
            stream.write(new ByteBuffer[] {pending}, 1);
        }
        stream.wantWritable(pending.hasRemaining());
        if (asked && !pending.hasRemaining()) {
            end();
        }
    }

    @Override
    public void closed(Network.CloseReason reason, String detail) {
        end();
    }

    void end() {
        if (!over) {
            over = true;
            patience.cancel();
            stream.close();
            port.ended(this);
        }
    }
}
