package dev.muster.protocols.membership.detection;

import dev.muster.api.Address;
import dev.muster.spi.Network;
import java.nio.ByteBuffer;

/**
 * One attempt to hold a connection to a neighbour. The neighbour's side says who it is, so that another life on the same
 * port is not taken for it, and writes a mark before it closes on purpose.
 *
 * <pre>
 * +------------+---------------------+------------------------------+
 * | MSFD       | id of the member    | 1: closes on purpose         |
 * | 4          | 16                  | 1, at the end, not always    |
 * +------------+---------------------+------------------------------+
 * </pre>
 */
final class Watch implements Network.StreamHandler {

    static final int GREETING_BYTES = 20;
    static final byte ON_PURPOSE = 1;
    private static final int MAGIC = 0x4D53_4644;

    final Address neighbour;
    /** How many attempts were made before since the last one that held; 0 at first. */
    final int attempt;
    /** A former connection to this neighbour held: what is found out now is about its process, not about firewalls. */
    final boolean heldBefore;
    private final FdSock owner;
    private final ByteBuffer greeting = ByteBuffer.allocate(GREETING_BYTES);
    private Network.Stream stream;
    private boolean onPurpose;
    private boolean ended;

    Watch(FdSock owner, Address neighbour, boolean heldBefore, int attempt) {
        this.owner = owner;
        this.neighbour = neighbour;
        this.heldBefore = heldBefore;
        this.attempt = attempt;
    }

    void on(Network.Stream newStream) {
        stream = newStream;
    }

    static ByteBuffer greeting(Address self) {
        ByteBuffer bytes = ByteBuffer.allocate(GREETING_BYTES);
        return bytes.putInt(MAGIC).putLong(self.high()).putLong(self.low()).flip();
    }

    /** The neighbour has said who it is. */
    boolean holds() {
        return !greeting.hasRemaining();
    }

    @Override
    public void received(ByteBuffer bytes) {
        while (bytes.hasRemaining() && !ended) {
            byte next = bytes.get();
            if (greeting.hasRemaining()) {
                greeting.put(next);
                if (!greeting.hasRemaining()) {
                    greeted();
                }
            } else {
                onPurpose |= next == ON_PURPOSE;
            }
        }
        bytes.position(bytes.limit());
    }

    private void greeted() {
        greeting.flip();
        boolean expected = greeting.getInt() == MAGIC && greeting.getLong() == neighbour.high()
                && greeting.getLong() == neighbour.low();
        greeting.position(GREETING_BYTES);
        if (expected) {
            owner.holds(this);
        } else {
            end();
            owner.strangerAt(this);
        }
    }

    @Override
    public void closed(Network.CloseReason reason, String detail) {
        if (!ended) {
            ended = true;
            owner.closed(this, reason, onPurpose);
        }
    }

    /** Watch no longer. */
    void end() {
        ended = true;
        stream.close();
    }
}
