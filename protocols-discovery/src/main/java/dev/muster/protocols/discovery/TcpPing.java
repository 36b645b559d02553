package dev.muster.protocols.discovery;

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
import dev.muster.spi.PacketBatch;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds members by asking a fixed list of hosts.
 *
 * <p>A search ends when everybody asked has answered or refused, when the time is over, or, for the purpose {@code join},
 * when a coordinator has answered, or a moment after {@code num_initial_members} have: so members that start at the same
 * time see more of one another. Questions get lost, so they are repeated.
 *
 * <p>A member that is not on the list itself leaves it to those on the list to found the group: as long as one of them
 * answers that it has no view yet, the search goes on until the time is over.
 *
 * <p>Host names are resolved once, in {@link #start}, on the calling thread; a name that can't be resolved is left out with
 * a warning.
 */
public final class TcpPing implements Protocol {

    /** Name in stacks. */
    public static final ProtocolType TYPE = ProtocolType.of("TCPPING");

    /** Whom to ask. */
    public static final Setting<List<HostPort>> INITIAL_HOSTS = Setting.hosts("initial_hosts", "")
            .says("whom to ask, as host1[7800],host2[7801]; names are resolved once at start");

    /** Further hosts. */
    public static final Setting<Integer> MAX_DYNAMIC_HOSTS = Setting.integer("max_dynamic_hosts", 0).atLeast(0)
            .says("most further hosts to learn from members that are not listed");

    /** Ports per host. */
    public static final Setting<Integer> PORT_RANGE = Setting.integer("port_range", 1).atLeast(1).atMost(1000)
            .says("number of ports asked per host, beginning with the one given: 3 means p, p+1 and p+2");

    /** Longest search. */
    public static final Setting<Duration> TIMEOUT = Setting.duration("timeout", Duration.ofSeconds(3)).positive()
            .says("longest time a search takes; shorter when everybody has answered or refused");

    /** Enough answers. */
    public static final Setting<Integer> NUM_INITIAL_MEMBERS = Setting.integer("num_initial_members", 2).atLeast(1)
            .says("a search for a group to join ends soon after this many members have answered");

    private static final String JOIN = "join";
    private static final int QUESTIONS = 6;
    private static final long GRACE_NANOS = 100_000_000;
    private static final int MOST_KNOWN = 10_000;
    private static final Logger LOG = LoggerFactory.getLogger(TcpPing.class);

    private final Settings settings;
    private final List<InetSocketAddress> hosts = new ArrayList<>();
    private final Set<InetSocketAddress> dynamicHosts = new LinkedHashSet<>();
    private final Map<Address, InetSocketAddress> known = new LinkedHashMap<>();
    /** By slot; the purposes are few. A slot has two timers. */
    private final List<Search> searches = new ArrayList<>();
    private final List<String> purposes = new ArrayList<>();
    private Context context;
    private InetSocketAddress local;
    private View view;
    private long lastSearch;

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
            return "finds members by asking a fixed list of hosts";
        }

        @Override
        public List<Setting<?>> settings() {
            return List.of(INITIAL_HOSTS, PORT_RANGE, MAX_DYNAMIC_HOSTS, TIMEOUT, NUM_INITIAL_MEMBERS);
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
            return List.of(new DiscoveryHeader.Codec());
        }

        @Override
        public Protocol create(Settings settings) {
            return new TcpPing(settings);
        }
    }

    TcpPing(Settings settings) {
        this.settings = settings;
    }

    @Override
    public void start(Context newContext) {
        context = newContext;
        int range = settings.get(PORT_RANGE);
        for (HostPort host : settings.get(INITIAL_HOSTS)) {
            try {
                InetAddress address = host.host().equalsIgnoreCase("localhost") ? InetAddress.getLoopbackAddress()
                        : InetAddress.getByName(host.host());
                for (int port = host.port(); port < host.port() + range && port <= 65_535; port++) {
                    hosts.add(new InetSocketAddress(address, port));
                }
            } catch (UnknownHostException e) {
                LOG.warn("TCPPING: initial_hosts has '{}', which the name service does not know; it is left out", host);
            }
        }
    }

    @Override
    public void down(Packet packet) {
        context.passDown(packet);
    }

    @Override
    public void up(Packet packet) {
        DiscoveryHeader header = packet.header(DiscoveryHeader.class);
        if (header == null) {
            context.passUp(packet);
            return;
        }
        MemberInfo info = header.info();
        if (info.member().equals(context.self())) {
            return;
        }
        learn(info.member(), info.physical());
        learn(info.coordinator(), info.coordinatorPhysical());
        if (header.isAnswer()) {
            answered(header, packet.physical());
        } else {
            answer(header, packet.physical());
        }
    }

    @Override
    public void up(PacketBatch batch) {
        if (batch.hasHeader(DiscoveryHeader.class)) {
            batch.forEach(this::up);
        } else {
            context.passUp(batch);
        }
    }

    private void learn(Address member, InetSocketAddress physical) {
        if (member == null || physical == null || member.equals(context.self())) {
            return;
        }
        if (!physical.equals(known.get(member)) && known.size() < MOST_KNOWN) {
            known.put(member, physical);
            context.emitDown(new Event.PhysicalAddresses(Map.of(member, physical)));
        }
        if (dynamicHosts.size() < settings.get(MAX_DYNAMIC_HOSTS) && !hosts.contains(physical)) {
            dynamicHosts.add(physical);
        }
    }

    private void answer(DiscoveryHeader question, InetSocketAddress from) {
        MemberInfo asking = question.info();
        InetSocketAddress physical = asking.physical() == null ? from : asking.physical();
        DiscoveryHeader answer = new DiscoveryHeader(true, question.search(), ourselves());
        Packet packet = physical == null ? Packet.to(asking.member()) : Packet.to(asking.member(), physical);
        context.passDown(packet.withFlags(Packet.UNRELIABLE).with(answer));
    }

    private MemberInfo ourselves() {
        if (view == null) {
            return new MemberInfo(context.self(), local, null, null, null);
        }
        Address coordinator = view.coordinator();
        InetSocketAddress at = coordinator.equals(context.self()) ? local : known.get(coordinator);
        return new MemberInfo(context.self(), local, coordinator, at, view.id());
    }

    private void answered(DiscoveryHeader answer, InetSocketAddress from) {
        for (int slot = 0; slot < searches.size(); slot++) {
            Search search = searches.get(slot);
            if (search != null && search.number == answer.search()) {
                search.answered(answer.info(), from);
                askCoordinator(search, answer.info());
                endIfEnough(slot);
                return;
            }
        }
    }

    /** Somebody names a coordinator that is not on the list. */
    private void askCoordinator(Search search, MemberInfo info) {
        InetSocketAddress at = info.coordinatorPhysical();
        boolean other = info.coordinator() != null && !info.isCoordinator() && !info.coordinator().equals(context.self());
        if (other && at != null && !at.equals(local) && search.ask(at)) {
            ask(search, at);
        }
    }

    private void endIfEnough(int slot) {
        Search search = searches.get(slot);
        boolean join = search.purpose.equals(JOIN);
        boolean waits = waitsForFounder(search);
        if (search.isComplete() && !waits || join && search.hasCoordinator()) {
            end(slot);
        } else if (join && !waits && search.answers() == settings.get(NUM_INITIAL_MEMBERS)) {
            context.setTimer(deadline(slot), Math.min(GRACE_NANOS, settings.get(TIMEOUT).toNanos()));
        }
    }

    /**
     * Members that are not listed don't see one another. If each of them judged by what it sees who is to found the group,
     * several would; a thousand that start at once would found dozens. So they wait while listed ones are about to.
     */
    private boolean waitsForFounder(Search search) {
        return search.purpose.equals(JOIN) && search.answers() > 0 && !search.hasCoordinator() && !hosts.contains(local);
    }

    private void end(int slot) {
        Search search = searches.set(slot, null);
        context.cancelTimer(deadline(slot));
        context.cancelTimer(repetition(slot));
        LOG.debug("{}: search for '{}' found {}", context.self(), search.purpose, search.found());
        context.emitUp(new Event.MembersFound(search.purpose, search.found()));
    }

    private static int deadline(int slot) {
        return 2 * slot;
    }

    private static int repetition(int slot) {
        return 2 * slot + 1;
    }

    @Override
    public void timer(int id) {
        int slot = id / 2;
        Search search = searches.get(slot);
        if (search == null) {
            return;
        }
        if (id == deadline(slot)) {
            end(slot);
        } else {
            (waitsForFounder(search) ? search.asked() : search.silent()).forEach(host -> ask(search, host));
            repeatLater(slot);
        }
    }

    private void repeatLater(int slot) {
        context.setTimer(repetition(slot), Math.max(1, settings.get(TIMEOUT).toNanos() / QUESTIONS));
    }

    private void ask(Search search, InetSocketAddress host) {
        DiscoveryHeader question = new DiscoveryHeader(false, search.number, ourselves());
        context.passDown(Packet.toPhysical(host).with(question));
    }

    private void search(String purpose) {
        int slot = slot(purpose);
        Search search = new Search(purpose, ++lastSearch);
        searches.set(slot, search);
        List<InetSocketAddress> all = new ArrayList<>(hosts);
        all.addAll(dynamicHosts);
        for (InetSocketAddress host : all) {
            if (!host.equals(local) && search.ask(host)) {
                ask(search, host);
            }
        }
        context.setTimer(deadline(slot), search.isComplete() ? 0 : settings.get(TIMEOUT).toNanos());
        repeatLater(slot);
    }

    /** A new search for a purpose takes the place of a former one that has not ended: one answer for both. */
    private int slot(String purpose) {
        int slot = purposes.indexOf(purpose);
        if (slot < 0) {
            slot = purposes.size();
            purposes.add(purpose);
            searches.add(null);
        }
        return slot;
    }

    @Override
    public Event event(Event event) {
        if (event instanceof Event.FindMembers wanted) {
            search(wanted.purpose());
            return null;
        } else if (event instanceof Event.TransportReady ready) {
            local = ready.local();
        } else if (event instanceof Event.Unreachable nobody) {
            refused(nobody.peer());
        } else if (event instanceof Event.ViewInstalled installed) {
            view = installed.view();
            known.keySet().removeIf(member -> !view.contains(member));
        } else if (event instanceof Event.PhysicalAddresses addresses) {
            known.putAll(addresses.addresses());
        }
        return event;
    }

    private void refused(InetSocketAddress host) {
        for (int slot = 0; slot < searches.size(); slot++) {
            if (searches.get(slot) != null) {
                searches.get(slot).refused(host);
                endIfEnough(slot);
            }
        }
    }
}
