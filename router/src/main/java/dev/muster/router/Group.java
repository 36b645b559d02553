package dev.muster.router;

import dev.muster.spi.router.RouterAddress;
import dev.muster.spi.router.RouterCodec;
import dev.muster.spi.router.RouterMember;
import dev.muster.spi.router.RouterMessage;
import dev.muster.spi.router.RouterMessage.Kind;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A group that somebody has registered for. */
final class Group {

    /** The number of members of an answer has 16 bits. */
    private static final int MOST_MEMBERS_TOLD = 30_000;

    private final String name;
    private final Map<RouterAddress, Registration> members = new LinkedHashMap<>();
    /** To whoever asks for this group; null if its members have changed since. */
    private ByteBuffer answer;

    Group(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    Registration find(RouterAddress member) {
        return members.get(member);
    }

    Iterable<Registration> registrations() {
        return members.values();
    }

    int size() {
        return members.size();
    }

    void add(Registration registration) {
        members.put(registration.member(), registration);
        answer = null;
    }

    void remove(Registration registration) {
        members.remove(registration.member());
        answer = null;
    }

    /**
     * The answer to a question for this group, made once for all who ask: a question is short, and an answer may be long.
     *
     * @return a frame; not to be changed
     */
    ByteBuffer answer() {
        if (answer == null) {
            answer = answer(Kind.LAST_MEMBERS, name);
        }
        return answer;
    }

    /** A part of an answer, in which the group goes by another name. */
    ByteBuffer answer(Kind kind, String called) {
        List<RouterMember> told = members.values().stream().limit(MOST_MEMBERS_TOLD).map(Registration::told).toList();
        return RouterCodec.frame(RouterMessage.members(kind, called, told));
    }
}
