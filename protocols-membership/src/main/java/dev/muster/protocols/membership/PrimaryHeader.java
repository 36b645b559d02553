package dev.muster.protocols.membership;

import dev.muster.api.Address;
import dev.muster.api.ViewId;
import dev.muster.spi.Header;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * What members tell each other in a new view to find out whether it is the primary one.
 *
 * <pre>
 * STATUS   | 1 | counter of the view varint | weight varint | has last 1 | last: session | count varint | attempts: sessions |
 * ATTEMPT  | 2 | counter of the view varint |
 * session  | view: counter varint, creator 16 | count varint | per voter: id 16, weight varint |
 * </pre>
 *
 * @param kind one of the constants
 * @param view counter of the view in which it was said; worth nothing in any other
 * @param weight the source's vote
 * @param last the last primary view that the source knows of; null if it knows none
 * @param attempts later views that it took part in and that may be primary for somebody
 */
record PrimaryHeader(int kind, long view, int weight, Session last, List<Session> attempts) implements Header {

    /** What I know. */
    static final int STATUS = 1;

    /** As far as I can see this view is the primary one: it is if all say so. */
    static final int ATTEMPT = 2;

    /** Largest vote. */
    static final int MOST_WEIGHT = 1_000_000;

    PrimaryHeader {
        attempts = List.copyOf(attempts);
    }

    static PrimaryHeader attempt(long view) {
        return new PrimaryHeader(ATTEMPT, view, 0, null, List.of());
    }

    /**
     * A view that is or may be primary.
     *
     * @param id the view
     * @param voters its members
     */
    record Session(ViewId id, List<Voter> voters) {
        Session {
            voters = List.copyOf(voters);
        }
    }

    /**
     * A member and its vote.
     *
     * @param member the member
     * @param weight 0 or more
     */
    record Voter(Address member, int weight) {}

    /** Reads and writes the header. */
    static final HeaderCodec<PrimaryHeader> CODEC = new HeaderCodec<>() {
        @Override
        public int id() {
            return 35;
        }

        @Override
        public Class<PrimaryHeader> type() {
            return PrimaryHeader.class;
        }

        @Override
        public void encode(PrimaryHeader header, WireWriter out) {
            out.writeByte(header.kind).writeVarint(header.view);
            if (header.kind == STATUS) {
                out.writeVarint(header.weight).writeBoolean(header.last != null);
                if (header.last != null) {
                    session(header.last, out);
                }
                out.writeVarint(header.attempts.size());
                header.attempts.forEach(attempt -> session(attempt, out));
            }
        }

        private void session(Session session, WireWriter out) {
            out.writeViewId(session.id).writeVarint(session.voters.size());
            session.voters.forEach(voter -> out.writeId(voter.member).writeVarint(voter.weight));
        }

        @Override
        public PrimaryHeader decode(WireReader in) {
            int kind = in.readByte();
            long view = in.readVarint();
            if (kind != STATUS && kind != ATTEMPT || view < 0) {
                throw in.malformed("word of primary partition of kind " + kind + " in view " + view);
            }
            if (kind == ATTEMPT) {
                return attempt(view);
            }
            int weight = readWeight(in);
            Session last = in.readBoolean() ? readSession(in) : null;
            int count = in.readCount(18);
            List<Session> attempts = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                attempts.add(readSession(in));
            }
            return new PrimaryHeader(kind, view, weight, last, attempts);
        }

        private Session readSession(WireReader in) {
            ViewId id = in.readViewId();
            int count = in.readCount(17);
            List<Voter> voters = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                voters.add(new Voter(in.readId(), readWeight(in)));
            }
            return new Session(id, voters);
        }

        private int readWeight(WireReader in) {
            long weight = in.readVarint();
            if (weight < 0 || weight > MOST_WEIGHT) {
                throw in.malformed("weight " + weight + ", expected 0 to " + MOST_WEIGHT);
            }
            return (int) weight;
        }
    };
}
