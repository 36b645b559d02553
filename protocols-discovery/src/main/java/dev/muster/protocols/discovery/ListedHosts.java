package dev.muster.protocols.discovery;

import dev.muster.api.Address;
import dev.muster.api.HostPort;
import dev.muster.api.View;
import dev.muster.spi.Context;
import dev.muster.spi.Packet;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A fixed list of hosts, and some more that were heard of. */
final class ListedHosts implements Contacts {

    private static final Logger LOG = LoggerFactory.getLogger(ListedHosts.class);

    private final Extent extent;
    private final List<HostPort> listed;
    private final List<InetSocketAddress> hosts = new ArrayList<>();
    private final Set<InetSocketAddress> dynamicHosts = new LinkedHashSet<>();
    private Context context;
    private boolean warned;

    /**
     * How far the list reaches.
     *
     * @param owner whose list it is, for the log
     * @param portRange number of ports asked per host
     * @param mostDynamicHosts most further hosts to remember
     * @param isComplete whether every member is to be on the list
     */
    record Extent(String owner, int portRange, int mostDynamicHosts, boolean isComplete) {}

    ListedHosts(Extent extent, List<HostPort> listed) {
        this.extent = extent;
        this.listed = listed;
    }

    @Override
    public void start(Context newContext, Consumer<Packet> arrived) {
        context = newContext;
        for (HostPort host : listed) {
            try {
                InetAddress address = host.host().equalsIgnoreCase("localhost") ? InetAddress.getLoopbackAddress()
                        : InetAddress.getByName(host.host());
                for (int port = host.port(); port < host.port() + extent.portRange() && port <= 65_535; port++) {
                    hosts.add(new InetSocketAddress(address, port));
                }
            } catch (UnknownHostException e) {
                LOG.warn("{}: initial_hosts has '{}', which the name service does not know; it is left out",
                        extent.owner(), host);
            }
        }
    }

    @Override
    public List<InetSocketAddress> hosts() {
        List<InetSocketAddress> all = new ArrayList<>(hosts);
        all.addAll(dynamicHosts);
        return all;
    }

    /** Those on the list, for they are asked by everybody. */
    @Override
    public boolean mayFound(InetSocketAddress local) {
        return hosts.contains(local);
    }

    @Override
    public void ask(Packet question) {
        context.passDown(question);
    }

    @Override
    public void heardOf(InetSocketAddress physical) {
        if (dynamicHosts.size() < extent.mostDynamicHosts() && !hosts.contains(physical)) {
            dynamicHosts.add(physical);
        }
    }

    @Override
    public void viewInstalled(View view, Map<Address, InetSocketAddress> known) {
        if (!extent.isComplete() || warned) {
            return;
        }
        List<String> missing = view.members().stream().filter(member -> known.containsKey(member)
                && !hosts.contains(known.get(member))).map(member -> member + " at " + known.get(member)).toList();
        if (!missing.isEmpty()) {
            warned = true;
            context.counter("unlisted_members").add(missing.size());
            LOG.warn("{}: initial_hosts={} must name every member, but the view has {}; who is not listed is not found by "
                    + "others, and a partition between such members is never healed; list them, or take TCPPING, which "
                    + "needs some of the members only", extent.owner(),
                    String.join(",", listed.stream().map(HostPort::toString).toList()), missing);
        }
    }
}
