package dev.muster.protocols.membership;

import dev.muster.api.Address;
import dev.muster.spi.Context;
import dev.muster.spi.Packet;
import dev.muster.spi.WireWriter;
import java.util.ArrayDeque;

/**
 * Sends words. A word to this member itself is kept until the call of the stack that sent it is about to return, so that
 * no part of membership is entered again from within its own work.
 */
final class Post {

    private final Context context;
    private final WireWriter writer = new WireWriter(256);
    private final ArrayDeque<Word> toSelf = new ArrayDeque<>();
    private Word last;
    private byte[] lastBytes;

    Post(Context context) {
        this.context = context;
    }

    /** Send a word; the same word to several members is encoded once. */
    void send(Peer to, Word word) {
        if (to.address().equals(context.self())) {
            toSelf.add(word);
            return;
        }
        Packet packet = to.physical() == null ? Packet.to(to.address()) : Packet.to(to.address(), to.physical());
        byte[] bytes = bytes(word);
        context.passDown(packet.with(new MembershipHeader(word.kind())).withPayload(bytes, 0, bytes.length));
    }

    /** Send a word to somebody whose physical address the layers below know. */
    void send(Address to, Word word) {
        send(new Peer(to, null), word);
    }

    private byte[] bytes(Word word) {
        if (word != last) {
            writer.clear();
            WordCodec.encode(word, writer);
            last = word;
            lastBytes = writer.toByteArray();
        }
        return lastBytes;
    }

    /** Next word to this member itself, null if there is none. */
    Word nextToSelf() {
        last = null;
        lastBytes = null;
        return toSelf.poll();
    }
}
