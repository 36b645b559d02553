package dev.muster.protocols.discovery;

import dev.muster.spi.router.RouterCodec;
import dev.muster.spi.router.RouterFrameReader;
import dev.muster.spi.router.RouterMessage;
import dev.muster.testkit.ScriptedNetwork.ScriptedStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What a member says to a router. */
final class RouterWords {

    private RouterWords() {}

    /** Everything that was written on a stream since the last look. */
    static List<RouterMessage> said(ScriptedStream router) {
        List<RouterMessage> said = new ArrayList<>();
        new RouterFrameReader(1_000_000, new RouterFrameReader.Sink() {
            @Override
            public void frame(byte[] frame) {
                said.add(RouterCodec.read(frame, RouterCodec.HEAD_BYTES, frame.length - RouterCodec.HEAD_BYTES));
            }

            @Override
            public void orderlyClose() {
                throw new AssertionError("nobody said goodbye");
            }
        }).read(ByteBuffer.wrap(router.takeWritten()));
        return said;
    }
}
