package dev.muster.protocols.discovery;

import dev.muster.api.Address;
import dev.muster.api.HostPort;
import dev.muster.spi.Context;
import dev.muster.spi.Network;
import dev.muster.spi.Packet;
import dev.muster.spi.router.RouterAddress;
import dev.muster.spi.router.RouterLinks;
import dev.muster.spi.router.RouterMember;
import dev.muster.spi.router.RouterMessage;
import dev.muster.spi.router.RouterMessage.Kind;
import dev.muster.spi.tls.Tls;
import dev.muster.spi.tls.TlsNetwork;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whoever has registered with a router: each router is asked for the members of the group, and those it names are asked then,
 * through the transport. A router that names nobody else has answered for all that it knows.
 *
 * <p>Registers this member with all routers, unless the transport says that it does so itself.
 */
final class KnownToRouters implements Contacts {

    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    private static final int LINKS = -1;
    private static final int REFRESH = -2;
    /** Lists of members that routers send. */
    private static final int MOST_ANSWER_BYTES = 4 << 20;
    private static final long QUEUE_BYTES = 1 << 20;
    private static final Logger LOG = LoggerFactory.getLogger(KnownToRouters.class);

    private final Registry registry;
    private final List<InetSocketAddress> routers = new ArrayList<>();
    /** Questions for whoever a router will name. */
    private final Map<InetSocketAddress, Map<Long, Packet>> waiting = new LinkedHashMap<>();
    /** Whom a router has named for one search, as long as they have not answered. */
    private final Map<InetSocketAddress, Set<Address>> unheard = new LinkedHashMap<>();
    private Context context;
    private Consumer<InetSocketAddress> nobodyAt;
    private RouterLinks links;
    private boolean transportRegisters;
    private RouterMessage registration;

    /**
     * Where this member registers.
     *
     * @param owner setting that names the routers, for messages
     * @param routers where they are
     * @param reconnectInterval longest time between two attempts to reach one
     * @param connectTimeout when to give up an attempt
     * @param refreshInterval time between two registrations over a connection that stays; 0: one is enough
     * @param tls reads what connections need; gives null for none
     */
    record Registry(String owner, List<HostPort> routers, Duration reconnectInterval, Duration connectTimeout,
            Duration refreshInterval, Supplier<Tls> tls) {}

    KnownToRouters(Registry registry) {
        this.registry = registry;
    }

    @Override
    public void whenNobodyIsAt(Consumer<InetSocketAddress> report) {
        nobodyAt = report;
    }

    @Override
    public void start(Context newContext, Consumer<Packet> arrived) {
        context = newContext;
        Set<InetSocketAddress> found = new LinkedHashSet<>();
        registry.routers().forEach(router -> found.add(RouterLinks.find(registry.owner(), router)));
        routers.addAll(found);
        links = new RouterLinks(context, new RouterLinks.Options(routers, registry.reconnectInterval().toNanos(),
                MOST_ANSWER_BYTES, QUEUE_BYTES, RouterLinks.Heartbeats.USUAL, network(),
                new Network.StreamOptions(true, 0, 0, registry.connectTimeout().toNanos()), LINKS), new Routers());
        links.start();
    }

    private Network network() {
        Tls tls = registry.tls().get();
        return tls == null ? context.network() : new TlsNetwork(context.network().forEncryptedStreams(), tls);
    }

    @Override
    public void stop() {
        if (links != null) {
            links.close();
        }
    }

    @Override
    public void transportRegisters() {
        transportRegisters = true;
    }

    @Override
    public void reachableAt(InetSocketAddress local) {
        if (!transportRegisters) {
            registration = RouterMessage.register(context.cluster(), RouterAddress.Id.of(context.self()),
                    context.self().name(), new RouterAddress.Ip(local));
            register();
        }
    }

    /** Again and again where that is asked for: routers may forget those they have not heard of for long. */
    private void register() {
        links.register(registration);
        if (!registry.refreshInterval().isZero()) {
            context.setTimer(REFRESH, registry.refreshInterval().toNanos());
        }
    }

    @Override
    public List<InetSocketAddress> hosts() {
        return routers;
    }

    @Override
    public void ask(Packet question) {
        if (!routers.contains(question.physical())) {
            context.passDown(question);
            return;
        }
        long search = question.header(DiscoveryHeader.class).search();
        waiting.computeIfAbsent(question.physical(), router -> new LinkedHashMap<>()).put(search, question);
        askRouter(question.physical());
    }

    private void askRouter(InetSocketAddress router) {
        links.sendTo(router, RouterMessage.about(Kind.GET_MEMBERS, context.cluster(), null));
    }

    @Override
    public void timer(int id) {
        if (id == LINKS) {
            links.timer();
        } else {
            register();
        }
    }

    private void answered(InetSocketAddress router, RouterMessage answer) {
        Map<Long, Packet> questions = waiting.remove(router);
        if (questions == null) {
            return;
        }
        Set<Address> others = new LinkedHashSet<>();
        for (RouterMember member : answer.members()) {
            if (isOther(member)) {
                others.add(((RouterAddress.Id) member.member()).member());
                questions.values().forEach(question -> pass(question, member));
            }
        }
        unheard.remove(router);
        if (others.isEmpty()) {
            nobodyAt.accept(router);
        } else if (questions.size() == 1) {
            // of two searches at a time nobody could tell whose question an answer settles; they take their time
            unheard.put(router, others);
        }
    }

    @Override
    public void answeredBy(Address member) {
        for (InetSocketAddress router : routers) {
            Set<Address> left = unheard.get(router);
            if (left != null && left.remove(member) && left.isEmpty()) {
                unheard.remove(router);
                nobodyAt.accept(router);
            }
        }
    }

    private boolean isOther(RouterMember member) {
        return member.member() instanceof RouterAddress.Id id && !id.member().equals(context.self());
    }

    private void pass(Packet question, RouterMember other) {
        Packet packet = Packet.to(((RouterAddress.Id) other.member()).member());
        if (other.physical() instanceof RouterAddress.Ip at && !at.place().isUnresolved()) {
            packet = packet.withPhysical(at.place());
        }
        context.passDown(packet.withFlags(Packet.UNRELIABLE).with(question.header(DiscoveryHeader.class)));
    }

    /** What becomes of the routers, and what they say. */
    private final class Routers implements RouterLinks.Listener {

        @Override
        public void connected(InetSocketAddress router) {
            LOG.debug("{}: connected with the router at {}", context.self(), router);
            if (waiting.containsKey(router)) {
                askRouter(router);
            }
        }

        /** While no router is connected at all a search goes on: one of them may be back in time. */
        @Override
        public void lost(InetSocketAddress router, String detail) {
            LOG.debug("{}: {}: {} is out of reach: {}", context.self(), registry.owner(), router, detail);
            if (links.connected() > 0) {
                nobodyAt.accept(router);
            }
        }

        @Override
        public void received(InetSocketAddress router, RouterMessage message) {
            if (message.kind() == Kind.LAST_MEMBERS && context.cluster().equals(message.group())) {
                answered(router, message);
            }
        }

        @Override
        public void malformed(String problem) {
            LOG.debug("{}: {}: a router says what is not understood, {}", context.self(), registry.owner(), problem);
            context.counter("malformed").increment();
        }
    }
}
