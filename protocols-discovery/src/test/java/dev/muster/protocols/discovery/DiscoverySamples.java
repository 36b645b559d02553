package dev.muster.protocols.discovery;

import dev.muster.api.Address;
import dev.muster.api.HostPort;
import dev.muster.api.ViewId;
import dev.muster.spi.Header;
import dev.muster.spi.MemberInfo;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Collectors;

/** What the tests of all discoveries need. */
final class DiscoverySamples {

    private DiscoverySamples() {}

    static List<? extends Header> headers() {
        Address ann = Address.of(1, 2, "Ann");
        InetSocketAddress here = new InetSocketAddress("127.0.0.1", 7800);
        InetSocketAddress there = new InetSocketAddress("::1", 1);
        return List.of(new DiscoveryHeader(false, 0, new MemberInfo(ann, null, null, null, null)),
                new DiscoveryHeader(true, Long.MAX_VALUE, new MemberInfo(ann, here, ann, here, new ViewId(9, ann))),
                new DiscoveryHeader(true, 7, new MemberInfo(ann, there, Address.of(3, 4, ""), null, null)));
    }

    /** Addresses as {@code initial_hosts} wants them. */
    static String list(List<InetSocketAddress> hosts) {
        return hosts.stream().map(host -> new HostPort(host.getAddress().getHostAddress(), host.getPort()).toString())
                .collect(Collectors.joining(","));
    }
}
