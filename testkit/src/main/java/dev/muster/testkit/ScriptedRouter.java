package dev.muster.testkit;

import dev.muster.spi.Network.CloseReason;
import dev.muster.spi.router.RouterCodec;
import dev.muster.spi.router.RouterFrameReader;
import dev.muster.spi.router.RouterMessage;
import dev.muster.testkit.ScriptedNetwork.ScriptedStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A router that says what the test says: the other end of a stream that a protocol in a {@link ProtocolHarness} has opened on
 * a {@link ScriptedNetwork}.
 */
public final class ScriptedRouter {

    private static final int MOST_BYTES = 64 << 20;

    private final ProtocolHarness protocol;
    private final ScriptedStream stream;

    /**
     * Take the other end of a stream; nothing happens yet.
     *
     * @param protocol whose stream it is
     * @param stream opened by the protocol, towards a router
     */
    public ScriptedRouter(ProtocolHarness protocol, ScriptedStream stream) {
        this.protocol = protocol;
        this.stream = stream;
    }

    /**
     * Accept the connection.
     *
     * @return this
     */
    public ScriptedRouter accepts() {
        protocol.call(() -> stream.handler().connected());
        return this;
    }

    /** Refuse the connection. */
    public void refuses() {
        protocol.call(() -> stream.handler().closed(CloseReason.REFUSED, "as the test has it"));
    }

    /** Close the connection. */
    public void dies() {
        protocol.call(() -> stream.handler().closed(CloseReason.CLOSED_BY_PEER, "as the test has it"));
    }

    /**
     * Take what the protocol has said since the last call.
     *
     * @return in order
     */
    public List<RouterMessage> heard() {
        List<RouterMessage> heard = new ArrayList<>();
        new RouterFrameReader(MOST_BYTES, new RouterFrameReader.Sink() {
            @Override
            public void frame(byte[] frame) {
                heard.add(RouterCodec.read(frame, RouterCodec.HEAD_BYTES, frame.length - RouterCodec.HEAD_BYTES));
            }

            @Override
            public void orderlyClose() {
                throw new AssertionError("the protocol says goodbye with the mark of an orderly close");
            }
        }).read(ByteBuffer.wrap(stream.takeWritten()));
        return heard;
    }

    /**
     * Take what the protocol has said since the last call, of some kind.
     *
     * @param kind the others are dropped
     * @return in order
     */
    public List<RouterMessage> heard(RouterMessage.Kind kind) {
        return heard().stream().filter(message -> message.kind() == kind).toList();
    }

    /**
     * Say something.
     *
     * @param message what
     */
    public void says(RouterMessage message) {
        says(RouterCodec.frame(message));
    }

    /**
     * Say some bytes, which need not be a message.
     *
     * @param bytes from position to limit
     */
    public void says(ByteBuffer bytes) {
        protocol.call(() -> {
            stream.handler().received(bytes);
            stream.handler().receivedAll();
        });
    }

    /**
     * Answer the heartbeats among what the protocol has said since the last call; the rest is dropped.
     *
     * @return number of those
     */
    public int answersHeartbeats() {
        List<RouterMessage> asked = heard(RouterMessage.Kind.HEARTBEAT);
        asked.forEach(this::says);
        return asked.size();
    }

    /**
     * The stream.
     *
     * @return the protocol's side of it
     */
    public ScriptedStream stream() {
        return stream;
    }
}
