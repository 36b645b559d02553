package dev.muster.protocols.discovery;

import dev.muster.api.Address;
import dev.muster.api.View;
import dev.muster.spi.MemberInfo;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** One search for members: who has been asked, who has answered. */
final class Search {

    final String purpose;
    final long number;
    /** When it ends at the latest. */
    final long lastNanos;
    private final Set<InetSocketAddress> asked = new LinkedHashSet<>();
    private final Set<InetSocketAddress> silent = new LinkedHashSet<>();
    private final Set<InetSocketAddress> refused = new LinkedHashSet<>();
    private final Map<Address, MemberInfo> found = new TreeMap<>();
    private boolean seesOtherParts;

    Search(String purpose, long number, long lastNanos) {
        this.purpose = purpose;
        this.number = number;
        this.lastNanos = lastNanos;
    }

    /** Note that a host is asked; false if it was already. */
    boolean ask(InetSocketAddress host) {
        return asked.add(host) && silent.add(host);
    }

    /** A host has answered; it may know itself by another address than the one asked. */
    void answered(MemberInfo info, InetSocketAddress from) {
        found.put(info.member(), info);
        silent.remove(from);
        silent.remove(info.physical());
    }

    /**
     * Nobody is at a host, or there is no way to it. When another part has been seen that counts no longer: it may tell of an attempt
     * that began before the network healed.
     */
    void refused(InetSocketAddress host) {
        if (!seesOtherParts && silent.remove(host)) {
            refused.add(host);
        }
    }

    /** Those who refused may do better now; tells who they are. */
    List<InetSocketAddress> forgive() {
        List<InetSocketAddress> again = List.copyOf(refused);
        refused.clear();
        silent.addAll(again);
        return again;
    }

    /** Everybody has answered or refused. */
    boolean isComplete() {
        return silent.isEmpty();
    }

    boolean hasCoordinator() {
        return found.values().stream().anyMatch(MemberInfo::isCoordinator);
    }

    int answers() {
        return found.size();
    }

    /** Tell once when somebody in another part of the group has answered. */
    boolean beginsToSeeOtherThan(View view) {
        boolean before = seesOtherParts;
        seesOtherParts = before
                || found.values().stream().anyMatch(info -> info.coordinator() != null && !view.contains(info.member()));
        return seesOtherParts && !before;
    }

    List<InetSocketAddress> silent() {
        return List.copyOf(silent);
    }

    /** Everybody asked so far. */
    List<InetSocketAddress> asked() {
        return List.copyOf(asked);
    }

    /** In the order of addresses, which is the same at everybody. */
    List<MemberInfo> found() {
        return new ArrayList<>(found.values());
    }
}
