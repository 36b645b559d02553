package dev.muster.protocols.membership;

import dev.muster.api.Address;
import dev.muster.spi.Context;
import dev.muster.spi.Event;
import dev.muster.spi.MalformedException;
import dev.muster.spi.Packet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes what members say and hands each word to the part that it is for. */
final class IncomingWords {

    private static final Logger LOG = LoggerFactory.getLogger(IncomingWords.class);

    private final Context context;
    private final Parts parts;

    IncomingWords(Context context, Parts parts) {
        this.context = context;
        this.parts = parts;
    }

    /** A word has come; what makes no sense is dropped. */
    void take(Packet packet) {
        try {
            take(packet.source(), WordCodec.decode(packet));
        } catch (MalformedException | IllegalArgumentException e) {
            context.counter("malformed").increment();
            LOG.debug("word of membership from {} dropped: {}", packet.source(), e.getMessage());
        }
    }

    /** What this member has said to itself meanwhile. */
    void takeOwn() {
        for (Word word = parts.post.nextToSelf(); word != null; word = parts.post.nextToSelf()) {
            take(parts.standing.self(), word);
        }
    }

    private void take(Address from, Word word) {
        boolean taken = takenByProposer(from, word) || takenByParticipant(from, word) || takenByCoordinator(from, word);
        if (!taken) {
            takeVerdict(from, word);
        }
    }

    private boolean takenByProposer(Address from, Word word) {
        if (word instanceof Word.Prepared prepared) {
            parts.proposer.prepared(from, prepared);
        } else if (word instanceof Word.Refused refused) {
            parts.proposer.refused(from, refused);
            parts.absentees.refused(from, refused);
        } else if (word instanceof Word.Declined declined) {
            parts.proposer.declined(from, declined);
        } else if (word instanceof Word.Filled filled) {
            parts.proposer.filled(from, filled);
        } else if (word instanceof Word.Installed installed) {
            parts.proposer.installed(from, installed);
        } else {
            return false;
        }
        return true;
    }

    private boolean takenByParticipant(Address from, Word word) {
        if (word instanceof Word.Prepare prepare) {
            prepare(prepare);
        } else if (word instanceof Word.Fill fill) {
            parts.participation.fill(from, fill);
        } else if (word instanceof Word.Install install) {
            parts.participation.install(from, install);
        } else if (word instanceof Word.Release release) {
            release(release);
        } else {
            return false;
        }
        return true;
    }

    private void prepare(Word.Prepare word) {
        parts.participation.prepare(word);
        if (word.ballot().equals(parts.participation.promised())) {
            parts.proposer.yieldTo(word.ballot());
            parts.joining.promised();
        }
    }

    private void release(Word.Release word) {
        if (parts.participation.release(word)) {
            parts.absentees.announce();
            parts.proposer.consider();
        }
    }

    /** What is asked of a coordinator, by its members and by others. */
    private boolean takenByCoordinator(Address from, Word word) {
        if (word instanceof Word.Join join) {
            parts.requests.join(join);
        } else if (word instanceof Word.Leave leave) {
            parts.requests.leave(leave);
        } else if (word instanceof Word.StateWanted) {
            parts.requests.stateWanted();
        } else if (word instanceof Word.Help help) {
            parts.requests.help(help);
        } else if (word instanceof Word.MergeHint hint) {
            parts.merging.hinted(hint);
        } else if (word instanceof Word.ViewRequest request) {
            parts.merging.requested(request);
        } else if (word instanceof Word.ViewReply reply) {
            parts.merging.replied(from, reply);
        } else {
            return false;
        }
        return true;
    }

    /** What is said of who is in and who is not. */
    private void takeVerdict(Address from, Word word) {
        if (word instanceof Word.JoinRefused refused) {
            refused(refused);
        } else if (word instanceof Word.Left) {
            parts.departure.done("left");
        } else if (word instanceof Word.Suspect suspect) {
            parts.absentees.reported(from, suspect);
        } else if (word instanceof Word.Vouch vouch) {
            parts.absentees.vouched(from, vouch);
        } else if (word instanceof Word.Removed removed) {
            parts.absentees.removed(removed);
        }
    }

    private void refused(Word.JoinRefused word) {
        if (parts.standing.is(Standing.Stage.JOINING)) {
            parts.joining.end();
            parts.standing.enter(Standing.Stage.IDLE);
            context.emitUp(new Event.ConnectFailed(word.reason() + "; give all members of the group the same stack"));
        }
    }
}
