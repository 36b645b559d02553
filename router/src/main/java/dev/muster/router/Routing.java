package dev.muster.router;

import dev.muster.spi.MalformedException;
import dev.muster.spi.router.RouterAddress;
import dev.muster.spi.router.RouterCodec;
import dev.muster.spi.router.RouterMessage;
import dev.muster.spi.router.RouterMessage.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is reached over which connection, and what becomes of a message: a pure state machine.
 *
 * <ul>
 * <li>A message for one member goes to the connection that registered it last, byte for byte as it came.
 * <li>A message for a group goes to all of its members but its sender, once to each connection.
 * <li>A question for members is always answered, also for a group that nobody has heard of.
 * <li>When a connection is lost its members are gone, and the others of their groups are told. Who unregistered before is
 *     not missed; neither is who has registered over another connection since.
 * </ul>
 *
 * <p>For one thread.
 */
final class Routing {

    /** What stands before a group's name in the answer to who asks for all groups. */
    static final String ALL_GROUPS = "<<all-groups>>:";
    /** Over one connection. A member needs one per cluster. */
    static final int MOST_REGISTRATIONS = 1024;
    /** The same, counted in what keeping them takes: names may be long. */
    static final long MOST_REGISTRATION_BYTES = 1 << 20;

    /** Characters of a group's or a member's name. */
    static final int LONGEST_NAME = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(Routing.class);

    private final Map<String, Group> groups = new LinkedHashMap<>();
    private final boolean tellsSuspects;
    private final RouterCounters counters;

    Routing(boolean tellsSuspects, RouterCounters counters) {
        this.tellsSuspects = tellsSuspects;
        this.counters = counters;
    }

    /**
     * A client has sent a frame.
     *
     * @param from the client
     * @param frame its head and its message; not changed any more
     * @throws MalformedException if it can't be understood; nothing has happened then
     */
    void received(Client from, byte[] frame) {
        RouterMessage message = RouterCodec.read(frame, RouterCodec.HEAD_BYTES, frame.length - RouterCodec.HEAD_BYTES);
        switch (message.kind()) {
            case REGISTER -> register(from, message);
            case UNREGISTER -> unregister(from, message);
            case GET_MEMBERS -> tellMembers(from, message.group());
            case MESSAGE -> route(message, ByteBuffer.wrap(frame));
            case HEARTBEAT -> send(from, ByteBuffer.wrap(frame), false);
            default -> throw new MalformedException(RouterCodec.HEAD_BYTES, message.kind() + " is for routers to say");
        }
    }

    private void register(Client from, RouterMessage message) {
        String group = message.group();
        if (group == null || message.address() == null) {
            throw new MalformedException(RouterCodec.HEAD_BYTES, "a registration without group or member");
        }
        mustBeTellable(group);
        mustBeTellable(message.name());
        Registration known = find(group, message.address());
        Registration fresh = new Registration(from, groups.getOrDefault(group, new Group(group)), message.address(),
                message.name(), message.physical());
        if (isTooMuch(fresh, known)) {
            counters.add(RouterCounter.DROPPED_REGISTRATIONS, 1);
            return;
        }
        if (known != null) {
            known.client().remove(known);
        }
        from.add(fresh);
        groups.putIfAbsent(group, fresh.group());
        fresh.group().add(fresh);
        count();
        LOG.debug("{} of group {} is registered", message.name(), group);
    }

    /** What has been read might take more than there is room for when it is written again, or with something before it. */
    private static void mustBeTellable(String name) {
        if (name != null && name.length() > LONGEST_NAME) {
            throw new MalformedException(RouterCodec.HEAD_BYTES, "a name of " + name.length() + " characters, expected "
                    + LONGEST_NAME + " at most");
        }
    }

    /** Who registers the same member again takes no more than before. */
    private static boolean isTooMuch(Registration fresh, Registration known) {
        Client client = fresh.client();
        boolean again = known != null && known.client() == client;
        return client.registrations().size() + (again ? 0 : 1) > MOST_REGISTRATIONS
                || client.registrationBytes() + fresh.bytes() - (again ? known.bytes() : 0) > MOST_REGISTRATION_BYTES;
    }

    private Registration find(String group, RouterAddress member) {
        Group known = groups.get(group);
        return known == null ? null : known.find(member);
    }

    /** Of another connection's registration nobody can take leave: a goodbye that comes late would tear the new one down. */
    private void unregister(Client from, RouterMessage message) {
        Registration known = find(message.group(), message.address());
        if (known != null && known.client() == from) {
            remove(known);
            LOG.debug("{} of group {} has unregistered", known.name(), known.group().name());
        }
    }

    private void remove(Registration registration) {
        Group group = registration.group();
        registration.client().remove(registration);
        group.remove(registration);
        if (group.size() == 0) {
            groups.remove(group.name());
        }
        count();
    }

    private void tellMembers(Client asking, String name) {
        mustBeTellable(name);
        counters.add(RouterCounter.QUESTIONS, 1);
        if (name == null) {
            tellAllGroups(asking);
        } else {
            Group group = groups.get(name);
            send(asking, group == null ? nobody(name) : group.answer(), false);
        }
    }

    private static ByteBuffer nobody(String group) {
        return RouterCodec.frame(RouterMessage.members(Kind.LAST_MEMBERS, group, List.of()));
    }

    /** Who does not read the answers is spared the rest of them. */
    private void tellAllGroups(Client asking) {
        if (groups.isEmpty()) {
            send(asking, nobody(null), false);
        }
        int left = groups.size();
        for (Group group : groups.values()) {
            left--;
            if (!send(asking, group.answer(left == 0 ? Kind.LAST_MEMBERS : Kind.MEMBERS, ALL_GROUPS + group.name()), false)) {
                return;
            }
        }
    }

    private void route(RouterMessage message, ByteBuffer frame) {
        if (message.sender() == null) {
            counters.add(RouterCounter.DROPPED_NO_SENDER, 1);
        } else if (message.address() == null) {
            counters.add(RouterCounter.MULTICASTS, 1);
            for (Client receiver : others(groups.get(message.group()), message.sender())) {
                hand(receiver, frame);
            }
        } else {
            Registration receiver = find(message.group(), message.address());
            if (receiver == null) {
                counters.add(RouterCounter.DROPPED_UNKNOWN_RECEIVER, 1);
            } else {
                counters.add(RouterCounter.UNICASTS, 1);
                hand(receiver.client(), frame);
            }
        }
    }

    /** The connections of a group's members without one of them, each once. */
    private static Set<Client> others(Group group, RouterAddress without) {
        Set<Client> clients = new LinkedHashSet<>();
        if (group != null) {
            for (Registration registration : group.registrations()) {
                if (!registration.member().equals(without)) {
                    clients.add(registration.client());
                }
            }
        }
        return clients;
    }

    private void hand(Client receiver, ByteBuffer frame) {
        if (send(receiver, frame, true)) {
            counters.add(RouterCounter.BYTES_ROUTED, frame.remaining());
        }
    }

    private boolean send(Client receiver, ByteBuffer frame, boolean data) {
        boolean taken = receiver.send(frame, data);
        if (!taken) {
            counters.add(RouterCounter.DROPPED_QUEUE_FULL, 1);
        }
        return taken;
    }

    /**
     * A client is gone.
     *
     * @param client which; nothing is sent to it any more
     */
    void lost(Client client) {
        List<Registration> gone = new ArrayList<>(client.registrations());
        gone.forEach(this::remove);
        if (tellsSuspects) {
            gone.forEach(this::suspect);
        }
    }

    private void suspect(Registration gone) {
        counters.add(RouterCounter.SUSPECTS, 1);
        LOG.debug("the connection of {} of group {} is gone", gone.name(), gone.group().name());
        ByteBuffer frame = RouterCodec.frame(RouterMessage.about(Kind.SUSPECT, gone.group().name(), gone.member()));
        for (Client other : others(gone.group(), gone.member())) {
            send(other, frame, false);
        }
    }

    private void count() {
        counters.set(RouterCounter.GROUPS, groups.size());
        counters.set(RouterCounter.MEMBERS, groups.values().stream().mapToLong(Group::size).sum());
    }
}
