package com.example.acme;

import dev.muster.api.Address;
import dev.muster.api.HostPort;
import dev.muster.api.ProtocolType;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.api.View;
import dev.muster.spi.Capability;
import dev.muster.spi.Context;
import dev.muster.spi.Event;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.MemberInfo;
import dev.muster.spi.Packet;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds members by asking everybody on a list.
 *
 * <p>A search is over when everybody has answered or is known not to be there, or after {@code timeout}. Peers are given
 * by IP address: looking a name up would block, and a protocol never blocks.
 */
public final class AcmeList implements Protocol {

    /** Name in stacks. */
    public static final ProtocolType TYPE = ProtocolType.of("acme-list");

    /** Whom to ask. */
    public static final Setting<List<HostPort>> PEERS = Setting.hosts("peers", "")
            .says("whom to ask, by IP address: 10.0.0.1[7800],10.0.0.2[7800]");

    /** How long a search takes at most. */
    public static final Setting<Duration> TIMEOUT = Setting.duration("timeout", Duration.ofSeconds(1)).positive()
            .says("longest time a search takes; shorter when everybody has answered or is not there");

    private static final int DEADLINE = 0;
    private static final int ASK_AGAIN = 1;
    private static final int QUESTIONS = 5;

    private final List<InetSocketAddress> peers;
    private final long timeoutNanos;
    /** Purposes of the search that is going on; empty if there is none. Ordered collections only: a run must repeat. */
    private final Set<String> purposes = new LinkedHashSet<>();
    private final Set<InetSocketAddress> silent = new LinkedHashSet<>();
    private final Map<Address, MemberInfo> found = new TreeMap<>();
    private final Map<Address, InetSocketAddress> known = new LinkedHashMap<>();
    private Context context;
    private InetSocketAddress local;
    private View view;

    /** Publishes the protocol. */
    public static final class Provider implements ProtocolProvider {

        /** For the service loader. */
        public Provider() {}

        @Override
        public ProtocolType type() {
            return TYPE;
        }

        @Override
        public String says() {
            return "finds members by asking everybody on a list of IP addresses";
        }

        @Override
        public List<Setting<?>> settings() {
            return List.of(PEERS, TIMEOUT);
        }

        @Override
        public Set<Capability> provides() {
            return Set.of(Capability.DISCOVERY);
        }

        @Override
        public Set<Capability> requiresBelow() {
            return Set.of(Capability.TRANSPORT);
        }

        @Override
        public List<HeaderCodec<?>> headers() {
            return List.of(PeerHeader.CODEC);
        }

        @Override
        public void validate(Settings settings, Problems problems) {
            for (HostPort peer : settings.get(PEERS)) {
                if (!peer.host().matches("[0-9.]+|[0-9a-fA-F:]*:[0-9a-fA-F:.]*")) {
                    problems.report("peers has '" + peer + "', expected an IP address and a port; look the name up first");
                }
            }
        }

        @Override
        public Protocol create(Settings settings) {
            return new AcmeList(settings);
        }
    }

    AcmeList(Settings settings) {
        peers = settings.get(PEERS).stream().map(peer -> new InetSocketAddress(peer.host(), peer.port())).toList();
        timeoutNanos = settings.get(TIMEOUT).toNanos();
    }

    @Override
    public void start(Context newContext) {
        context = newContext;
    }

    @Override
    public void down(Packet packet) {
        context.passDown(packet);
    }

    @Override
    public void up(Packet packet) {
        PeerHeader header = packet.header(PeerHeader.class);
        if (header == null) {
            context.passUp(packet);
            return;
        }
        MemberInfo info = header.info();
        learn(info.member(), info.physical());
        if (info.coordinatorPhysical() != null) {
            learn(info.coordinator(), info.coordinatorPhysical());
        }
        if (!header.isAnswer()) {
            context.passDown(Packet.to(info.member(), info.physical()).withFlags(Packet.UNRELIABLE)
                    .with(new PeerHeader(true, ourselves())));
        } else if (!purposes.isEmpty()) {
            found.put(info.member(), info);
            goneOrHeard(info.physical());
            goneOrHeard(packet.physical());
        }
    }

    /** Tell the transport where somebody can be reached. */
    private void learn(Address member, InetSocketAddress physical) {
        if (!member.equals(context.self()) && !physical.equals(known.put(member, physical))) {
            context.emitDown(new Event.PhysicalAddresses(Map.of(member, physical)));
        }
    }

    private MemberInfo ourselves() {
        if (view == null) {
            return new MemberInfo(context.self(), local, null, null, null);
        }
        Address coordinator = view.coordinator();
        InetSocketAddress where = coordinator.equals(context.self()) ? local : known.get(coordinator);
        return new MemberInfo(context.self(), local, coordinator, where, view.id());
    }

    @Override
    public Event event(Event event) {
        if (event instanceof Event.FindMembers wanted) {
            search(wanted.purpose());
            return null;
        } else if (event instanceof Event.TransportReady ready) {
            local = ready.local();
        } else if (event instanceof Event.Unreachable nobody) {
            goneOrHeard(nobody.peer());
        } else if (event instanceof Event.PhysicalAddresses addresses) {
            known.putAll(addresses.addresses());
        } else if (event instanceof Event.ViewInstalled installed) {
            view = installed.view();
            known.keySet().removeIf(member -> !view.contains(member));
        }
        return event;
    }

    /** Whoever asks while a search is going on gets the same answer. */
    private void search(String purpose) {
        boolean isFirst = purposes.isEmpty();
        purposes.add(purpose);
        if (isFirst) {
            found.clear();
            silent.addAll(peers);
            silent.remove(local);
            ask();
            context.setTimer(DEADLINE, silent.isEmpty() ? 0 : timeoutNanos);
        }
    }

    private void ask() {
        silent.forEach(peer -> context.passDown(Packet.toPhysical(peer).with(new PeerHeader(false, ourselves()))));
        context.setTimer(ASK_AGAIN, timeoutNanos / QUESTIONS);
    }

    private void goneOrHeard(InetSocketAddress peer) {
        if (silent.remove(peer) && silent.isEmpty()) {
            context.setTimer(DEADLINE, 0);
        }
    }

    @Override
    public void timer(int id) {
        if (id == ASK_AGAIN) {
            ask();
            return;
        }
        context.cancelTimer(ASK_AGAIN);
        silent.clear();
        List<MemberInfo> answer = List.copyOf(found.values());
        purposes.forEach(purpose -> context.emitUp(new Event.MembersFound(purpose, answer)));
        purposes.clear();
    }
}
