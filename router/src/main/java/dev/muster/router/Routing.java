package dev.muster.router;

import dev.muster.spi.MalformedException;
import dev.muster.spi.router.RouterAddress;
import dev.muster.spi.router.RouterCodec;
import dev.muster.spi.router.RouterMember;
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

    private static final Logger LOG = LoggerFactory.getLogger(Routing.class);
    /** The number of members of an answer has 16 bits. */
    private static final int MOST_MEMBERS_TOLD = 30_000;

    private final Map<String, Map<RouterAddress, Registration>> groups = new LinkedHashMap<>();
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
        Registration known = find(group, message.address());
        if (known == null || known.client() != from) {
            if (from.registrations.size() >= MOST_REGISTRATIONS) {
                counters.add(RouterCounter.DROPPED_REGISTRATIONS, 1);
                return;
            }
        }
        if (known != null) {
            known.client().registrations.remove(known);
        }
        Registration registration = new Registration(from, group, message.address(), message.name(), message.physical());
        from.registrations.add(registration);
        groups.computeIfAbsent(group, name -> new LinkedHashMap<>()).put(message.address(), registration);
        count();
        LOG.debug("{} of group {} is registered", message.name(), group);
    }

    private Registration find(String group, RouterAddress member) {
        Map<RouterAddress, Registration> members = groups.get(group);
        return members == null ? null : members.get(member);
    }

    /** Of another connection's registration nobody can take leave: a goodbye that comes late would tear the new one down. */
    private void unregister(Client from, RouterMessage message) {
        Registration known = find(message.group(), message.address());
        if (known != null && known.client() == from) {
            remove(known);
            LOG.debug("{} of group {} has unregistered", known.name(), known.group());
        }
    }

    private void remove(Registration registration) {
        registration.client().registrations.remove(registration);
        Map<RouterAddress, Registration> members = groups.get(registration.group());
        members.remove(registration.member());
        if (members.isEmpty()) {
            groups.remove(registration.group());
        }
        count();
    }

    private void tellMembers(Client asking, String group) {
        counters.add(RouterCounter.QUESTIONS, 1);
        if (group != null) {
            tell(asking, Kind.LAST_MEMBERS, group, groups.getOrDefault(group, Map.of()));
            return;
        }
        if (groups.isEmpty()) {
            tell(asking, Kind.LAST_MEMBERS, null, Map.of());
        }
        int left = groups.size();
        for (Map.Entry<String, Map<RouterAddress, Registration>> entry : groups.entrySet()) {
            left--;
            tell(asking, left == 0 ? Kind.LAST_MEMBERS : Kind.MEMBERS, ALL_GROUPS + entry.getKey(), entry.getValue());
        }
    }

    private void tell(Client asking, Kind kind, String group, Map<RouterAddress, Registration> members) {
        List<RouterMember> told = members.values().stream().limit(MOST_MEMBERS_TOLD).map(Registration::told).toList();
        send(asking, RouterCodec.frame(RouterMessage.members(kind, group, told)), false);
    }

    private void route(RouterMessage message, ByteBuffer frame) {
        if (message.sender() == null) {
            counters.add(RouterCounter.DROPPED_NO_SENDER, 1);
        } else if (message.address() == null) {
            counters.add(RouterCounter.MULTICASTS, 1);
            for (Client receiver : others(message.group(), message.sender())) {
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
    private Set<Client> others(String group, RouterAddress without) {
        Set<Client> clients = new LinkedHashSet<>();
        for (Registration registration : groups.getOrDefault(group, Map.of()).values()) {
            if (!registration.member().equals(without)) {
                clients.add(registration.client());
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
        List<Registration> gone = new ArrayList<>(client.registrations);
        gone.forEach(this::remove);
        if (tellsSuspects) {
            gone.forEach(this::suspect);
        }
    }

    private void suspect(Registration gone) {
        counters.add(RouterCounter.SUSPECTS, 1);
        LOG.debug("the connection of {} of group {} is gone", gone.name(), gone.group());
        ByteBuffer frame = RouterCodec.frame(RouterMessage.about(Kind.SUSPECT, gone.group(), gone.member()));
        for (Client other : others(gone.group(), gone.member())) {
            send(other, frame, false);
        }
    }

    private void count() {
        counters.set(RouterCounter.GROUPS, groups.size());
        counters.set(RouterCounter.MEMBERS, groups.values().stream().mapToLong(Map::size).sum());
    }
}
