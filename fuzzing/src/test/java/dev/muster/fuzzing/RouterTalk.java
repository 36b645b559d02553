package dev.muster.fuzzing;

import dev.muster.spi.router.RouterAddress;
import dev.muster.spi.router.RouterCodec;
import dev.muster.spi.router.RouterFrameReader;
import dev.muster.spi.router.RouterMember;
import dev.muster.spi.router.RouterMessage;
import dev.muster.spi.router.RouterMessage.Kind;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Valid messages of routers and their clients. */
final class RouterTalk {

    /** Takes each frame for a message. */
    static final RouterFrameReader.Sink READING = new RouterFrameReader.Sink() {
        @Override
        public void frame(byte[] frame) {
            RouterCodec.read(frame, RouterCodec.HEAD_BYTES, frame.length - RouterCodec.HEAD_BYTES);
        }

        @Override
        public void orderlyClose() {
            // nothing follows that anybody would read
        }
    };

    private static final int LONGEST_NAME = 0xFFFF;
    private static final int NAME_AT = RouterCodec.HEAD_BYTES + 4;

    private RouterTalk() {}

    private static List<RouterMessage> all() {
        RouterAddress ann = new RouterAddress.Id(1, 2);
        RouterAddress here = new RouterAddress.Ip(new InetSocketAddress("127.0.0.1", 7800));
        RouterAddress there = new RouterAddress.Ip(new InetSocketAddress("::1", 7800));
        RouterMember known = RouterMember.server(ann, "ann", here);
        RouterMember chatty = new RouterMember(ann, 3, "änn", there, List.of(ann, here, there));
        List<RouterMessage> all = new ArrayList<>(List.of(RouterMessage.register("group", ann, "ann", here),
                RouterMessage.members(Kind.LAST_MEMBERS, "group", List.of(known, chatty, known)),
                RouterMessage.members(Kind.MEMBERS, null, List.of()),
                RouterMessage.message("group", null, ann, ByteBuffer.allocate(300)),
                RouterMessage.message("group", ann, here, ByteBuffer.allocate(0))));
        for (Kind kind : List.of(Kind.UNREGISTER, Kind.GET_MEMBERS, Kind.HEARTBEAT, Kind.SUSPECT)) {
            all.add(RouterMessage.about(kind, "group", ann));
        }
        return all;
    }

    private static byte[] frame(RouterMessage message) {
        ByteBuffer frame = RouterCodec.frame(message);
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        return bytes;
    }

    /** Without the lengths before them. */
    static List<byte[]> messages() {
        return all().stream().map(RouterTalk::frame)
                .map(frame -> Arrays.copyOfRange(frame, RouterCodec.HEAD_BYTES, frame.length)).toList();
    }

    /** Each followed by itself, and two that are as long as names can be. */
    static List<byte[]> streams() {
        return Stream.concat(all().stream().map(RouterTalk::frame), Stream.of(ofLongestName(Kind.REGISTER), ofLongestName(
                Kind.GET_MEMBERS))).map(frame -> {
            byte[] twice = Arrays.copyOf(frame, 2 * frame.length);
            System.arraycopy(frame, 0, twice, frame.length, frame.length);
            return twice;
        }).toList();
    }

    /** The name is of zeros, which nobody writes as bytes of their own but readers accept. */
    private static byte[] ofLongestName(Kind kind) {
        byte[] frame = frame(RouterMessage.about(kind, "n".repeat(LONGEST_NAME), new RouterAddress.Id(1, 2)));
        Arrays.fill(frame, NAME_AT, NAME_AT + LONGEST_NAME, (byte) 0);
        return frame;
    }
}
