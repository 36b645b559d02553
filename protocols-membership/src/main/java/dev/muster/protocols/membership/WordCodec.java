package dev.muster.protocols.membership;

import dev.muster.api.Address;
import dev.muster.api.ViewId;
import dev.muster.spi.Packet;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Turns words into bytes and back.
 *
 * <pre>
 * peer      | id 16 | name text | 0, or 1 and socket address 7 or 19 |
 * ballot    | counter varint | proposer id 16 |          view id alike
 * maybe x   | 0 |  or  | 1 | x |
 * list x    | count varint | x … |
 * beyond    | count varint | first sequence number varint | gap to the next varint … |
 * roster    | view id | name text | base: maybe view id | list part | list subgroup | list transfer |
 *   part      | 0 | first rank varint | count varint |  or  | 1 | peer |
 *   subgroup  | view id | name text | list: first rank varint, count varint |
 *   transfer  | rank of requester varint | rank of provider varint |
 *
 *  1 join         | peer | counter varint | hops 1 | list text |
 *  2 join refused | text |
 *  3 leave        | peer | hops 1 |
 *  4 left         | |
 *  5 suspect      | view id | list id | certain 1 |
 *  6 prepare      | ballot | peer | maybe view id |
 *  7 prepared     | ballot | base: maybe view id | barrier: maybe ballot
 *                 | wants state: 0, or 1, or 2 and from whom: text | lacks state 1 | list: rank varint, up to varint, beyond | maybe roster |
 *  8 refused      | ballot | ballot | busy 1 |
 *  9 declined, 11 filled, 13 installed, 14 release   | ballot |
 * 10 fill         | ballot | list: rank varint, up to varint, beyond, rank of holder varint |
 * 12 install      | ballot | roster |
 * 15 removed      | view id | list id |
 * 16 state wanted | |
 * 17 help         | peer | counter varint | hops 1 |
 * 18 merge hint   | list peer |
 * 19 view request | peer |
 * 20 view reply   | counter varint | maybe roster |
 * 21 vouch        | id 16 |
 * </pre>
 */
final class WordCodec {

    /** Counters above this are taken for damage: nobody gets there by counting, and the next must fit. */
    static final long MAX_COUNTER = 1L << 60;

    private static final int ID_BYTES = 16;
    private static final int FROM_ANYBODY = 1;
    private static final int FROM_SOMEBODY = 2;
    private static final int PEER_BYTES = ID_BYTES + 2;

    private WordCodec() {}

    /** Write the payload that stands for a word. */
    static void encode(Word word, WireWriter out) {
        if (word instanceof Word.Join join) {
            peer(join.joiner(), out);
            out.writeVarint(join.counter()).writeByte(join.hops()).writeVarint(join.layers().size());
            join.layers().forEach(out::writeText);
        } else if (word instanceof Word.JoinRefused refused) {
            out.writeText(refused.reason());
        } else if (word instanceof Word.Leave leave) {
            peer(leave.leaver(), out);
            out.writeByte(leave.hops());
        } else if (word instanceof Word.Suspect suspect) {
            out.writeViewId(suspect.view());
            ids(suspect.members(), out);
            out.writeBoolean(suspect.certain());
        } else if (word instanceof Word.Removed removed) {
            out.writeViewId(removed.view());
            ids(removed.members(), out);
        } else if (word instanceof Word.Help help) {
            peer(help.stuck(), out);
            out.writeVarint(help.counter()).writeByte(help.hops());
        } else if (word instanceof Word.MergeHint hint) {
            out.writeVarint(hint.coordinators().size());
            hint.coordinators().forEach(peer -> peer(peer, out));
        } else if (word instanceof Word.ViewRequest request) {
            peer(request.leader(), out);
        } else if (word instanceof Word.ViewReply reply) {
            out.writeVarint(reply.counter());
            maybeRoster(reply.roster(), out);
        } else if (word instanceof Word.Vouch vouch) {
            out.writeId(vouch.member());
        } else {
            encodeRound(word, out);
        }
    }

    private static void encodeRound(Word word, WireWriter out) {
        if (word instanceof Word.Prepare prepare) {
            ballot(prepare.ballot(), out);
            peer(prepare.proposer(), out);
            maybeView(prepare.expected(), out);
        } else if (word instanceof Word.Prepared prepared) {
            prepared(prepared, out);
        } else if (word instanceof Word.Refused refused) {
            ballot(refused.ballot(), out);
            ballot(refused.promised(), out);
            out.writeBoolean(refused.busy());
        } else if (word instanceof Word.Fill fill) {
            fill(fill, out);
        } else if (word instanceof Word.Install install) {
            ballot(install.ballot(), out);
            RosterWire.encode(install.roster(), out);
        } else if (word instanceof Word.Declined declined) {
            ballot(declined.ballot(), out);
        } else if (word instanceof Word.Filled filled) {
            ballot(filled.ballot(), out);
        } else if (word instanceof Word.Installed installed) {
            ballot(installed.ballot(), out);
        } else if (word instanceof Word.Release release) {
            ballot(release.ballot(), out);
        }
    }

    private static void prepared(Word.Prepared prepared, WireWriter out) {
        ballot(prepared.ballot(), out);
        maybeView(prepared.base(), out);
        out.writeBoolean(prepared.barrier() != null);
        if (prepared.barrier() != null) {
            ballot(prepared.barrier(), out);
        }
        wish(prepared, out);
        out.writeBoolean(prepared.lacksState());
        out.writeVarint(prepared.progress().size());
        for (Progress progress : prepared.progress()) {
            out.writeVarint(progress.rank()).writeVarint(progress.upTo());
            beyond(progress.beyond(), out);
        }
        maybeRoster(prepared.roster(), out);
    }

    private static void wish(Word.Prepared prepared, WireWriter out) {
        boolean named = prepared.wantsState() && !prepared.stateFrom().isEmpty();
        out.writeByte(named ? FROM_SOMEBODY : prepared.wantsState() ? FROM_ANYBODY : 0);
        if (named) {
            out.writeText(prepared.stateFrom());
        }
    }

    private static Word.Prepared readPrepared(WireReader in) {
        Ballot ballot = readBallot(in);
        ViewId base = readMaybe(in, WordCodec::readView);
        Ballot barrier = readMaybe(in, WordCodec::readBallot);
        int wish = in.readByte();
        if (wish > FROM_SOMEBODY) {
            throw in.malformed("wish for the state is " + wish + ", expected 0 to " + FROM_SOMEBODY);
        }
        String from = wish == FROM_SOMEBODY ? in.readText() : "";
        return new Word.Prepared(ballot, base, barrier, wish > 0, from, in.readBoolean(),
                readList(in, 3, WordCodec::readProgress), readMaybe(in, RosterWire::decode));
    }

    private static void fill(Word.Fill fill, WireWriter out) {
        ballot(fill.ballot(), out);
        out.writeVarint(fill.goals().size());
        for (FlushTargets.Goal goal : fill.goals()) {
            out.writeVarint(goal.sender()).writeVarint(goal.upTo());
            beyond(goal.beyond(), out);
            out.writeVarint(goal.holder());
        }
    }

    /**
     * Read the word that a packet carries.
     *
     * @param packet has a {@link MembershipHeader}
     * @throws dev.muster.spi.MalformedException if its bytes are no such word
     */
    static Word decode(Packet packet) {
        return decode(packet.header(MembershipHeader.class).kind(),
                new WireReader(packet.buffer(), packet.offset(), packet.length()));
    }

    /**
     * Read a word.
     *
     * @param kind from the header
     * @param in the payload; read to its end
     * @throws dev.muster.spi.MalformedException if the bytes are no such word
     */
    static Word decode(int kind, WireReader in) {
        Word word = switch (kind) {
            case 1 -> new Word.Join(readPeer(in), readCounter(in), in.readByte(), readList(in, 1, WireReader::readText));
            case 2 -> new Word.JoinRefused(in.readText());
            case 3 -> new Word.Leave(readPeer(in), in.readByte());
            case 4 -> new Word.Left();
            case 5 -> new Word.Suspect(readView(in), readList(in, ID_BYTES, WireReader::readId), in.readBoolean());
            case 6 -> new Word.Prepare(readBallot(in), readPeer(in), readMaybe(in, WordCodec::readView));
            case 7 -> readPrepared(in);
            case 8 -> new Word.Refused(readBallot(in), readBallot(in), in.readBoolean());
            case 9 -> new Word.Declined(readBallot(in));
            case 10 -> new Word.Fill(readBallot(in), readList(in, 4, WordCodec::readGoal));
            case 11 -> new Word.Filled(readBallot(in));
            case 12 -> new Word.Install(readBallot(in), RosterWire.decode(in));
            case 13 -> new Word.Installed(readBallot(in));
            case 14 -> new Word.Release(readBallot(in));
            case 15 -> new Word.Removed(readView(in), readList(in, ID_BYTES, WireReader::readId));
            case 16 -> new Word.StateWanted();
            case 17 -> new Word.Help(readPeer(in), readCounter(in), in.readByte());
            case 18 -> new Word.MergeHint(readList(in, PEER_BYTES, WordCodec::readPeer));
            case 19 -> new Word.ViewRequest(readPeer(in));
            case 20 -> new Word.ViewReply(readCounter(in), readMaybe(in, RosterWire::decode));
            case 21 -> new Word.Vouch(in.readId());
            default -> throw in.malformed("word of membership of kind " + kind + ", expected 1 to 21");
        };
        in.expectEnd();
        return word;
    }

    static void peer(Peer peer, WireWriter out) {
        out.writeAddress(peer.address()).writeBoolean(peer.physical() != null);
        if (peer.physical() != null) {
            out.writeSocketAddress(peer.physical());
        }
    }

    static Peer readPeer(WireReader in) {
        Address address = in.readAddress();
        return new Peer(address, in.readBoolean() ? in.readSocketAddress() : null);
    }

    private static void ids(List<Address> members, WireWriter out) {
        out.writeVarint(members.size());
        members.forEach(out::writeId);
    }

    private static void ballot(Ballot ballot, WireWriter out) {
        out.writeViewId(ballot.viewId());
    }

    private static Ballot readBallot(WireReader in) {
        return Ballot.of(readView(in));
    }

    /** A view id with its creator's name, so that it reads the same wherever it is shown. */
    static void namedView(ViewId id, WireWriter out) {
        out.writeViewId(id).writeText(id.creator().name());
    }

    static ViewId readNamedView(WireReader in) {
        ViewId id = readView(in);
        String name = in.readText();
        if (name.length() > Address.MAX_NAME_LENGTH) {
            throw in.malformed("name of " + name.length() + " characters, at most " + Address.MAX_NAME_LENGTH);
        }
        return new ViewId(id.counter(), Address.of(id.creator().high(), id.creator().low(), name));
    }

    static ViewId readView(WireReader in) {
        ViewId id = in.readViewId();
        if (id.counter() > MAX_COUNTER) {
            throw in.malformed("counter " + id.counter() + ", at most " + MAX_COUNTER + " makes sense");
        }
        return id;
    }

    private static long readCounter(WireReader in) {
        long counter = in.readVarint();
        if (counter < 0 || counter > MAX_COUNTER) {
            throw in.malformed("counter " + counter + ", expected 0 to " + MAX_COUNTER);
        }
        return counter;
    }

    static void maybeView(ViewId id, WireWriter out) {
        out.writeBoolean(id != null);
        if (id != null) {
            out.writeViewId(id);
        }
    }

    private static void maybeRoster(RosterDelta roster, WireWriter out) {
        out.writeBoolean(roster != null);
        if (roster != null) {
            RosterWire.encode(roster, out);
        }
    }

    private static void beyond(SortedSet<Long> numbers, WireWriter out) {
        out.writeVarint(numbers.size());
        long last = 0;
        for (long number : numbers) {
            out.writeVarint(number - last);
            last = number;
        }
    }

    private static SortedSet<Long> readBeyond(WireReader in) {
        TreeSet<Long> numbers = new TreeSet<>();
        long last = 0;
        for (int left = in.readCount(1); left > 0; left--) {
            long gap = in.readVarint();
            if (gap < 1 || last + gap < last) {
                throw in.malformed("sequence numbers must grow, " + gap + " follows " + last);
            }
            last += gap;
            numbers.add(last);
        }
        return numbers;
    }

    private static Progress readProgress(WireReader in) {
        return new Progress(readRank(in), readUpTo(in), readBeyond(in));
    }

    private static FlushTargets.Goal readGoal(WireReader in) {
        return new FlushTargets.Goal(readRank(in), readUpTo(in), readBeyond(in), readRank(in));
    }

    private static long readUpTo(WireReader in) {
        long upTo = in.readVarint();
        if (upTo < 0) {
            throw in.malformed("sequence number " + upTo + " is negative");
        }
        return upTo;
    }

    static int readRank(WireReader in) {
        long rank = in.readVarint();
        if (rank < 0 || rank > Integer.MAX_VALUE) {
            throw in.malformed("rank or count " + rank + " out of range");
        }
        return (int) rank;
    }

    static <T> T readMaybe(WireReader in, Function<WireReader, T> reader) {
        return in.readBoolean() ? reader.apply(in) : null;
    }

    static <T> List<T> readList(WireReader in, int leastBytesEach, Function<WireReader, T> reader) {
        int count = in.readCount(leastBytesEach);
        List<T> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            list.add(reader.apply(in));
        }
        return list;
    }
}
