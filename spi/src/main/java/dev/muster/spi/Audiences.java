package dev.muster.spi;

import dev.muster.api.Address;
import dev.muster.api.View;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who hears a group packet, for each cluster that a transport serves. For the owner of the stack. */
public final class Audiences {

    private final Map<Long, Audience> byCluster = new LinkedHashMap<>();
    /** Of the cluster that was asked for last: mostly the one that is asked for next. */
    private Audience last = new Audience(0, null, null, List.of());
    private Tenant alone;

    private record Audience(long cluster, Tenant tenant, View view, List<Address> others) {}

    /** Nobody serves anybody yet. */
    public Audiences() {}

    /**
     * A cluster is served; nobody else is in it yet.
     *
     * @param tenant the cluster
     */
    public void add(Tenant tenant) {
        put(new Audience(tenant.id(), tenant, null, List.of()));
    }

    /**
     * A cluster is served no longer.
     *
     * @param tenant the cluster
     */
    public void remove(Tenant tenant) {
        byCluster.remove(tenant.id());
        last = new Audience(tenant.id(), null, null, List.of());
    }

    /**
     * A cluster has a new view.
     *
     * @param tenant the cluster
     * @param installed its view
     */
    public void install(Tenant tenant, Event.ViewInstalled installed) {
        put(new Audience(tenant.id(), tenant, installed.view(), installed.others(tenant.self())));
    }

    private void put(Audience audience) {
        byCluster.put(audience.cluster, audience);
        last = audience;
    }

    /**
     * The other members of a cluster.
     *
     * @param cluster its id, as in {@link Packet#cluster}
     * @return in the order of the view; empty also for a cluster that is not served
     */
    public List<Address> others(long cluster) {
        return of(cluster).others;
    }

    private Audience of(long cluster) {
        if (last.cluster != cluster) {
            Audience known = byCluster.get(cluster);
            last = known == null ? new Audience(cluster, null, null, List.of()) : known;
        }
        return last;
    }

    /**
     * Tell whether nobody else is in a cluster.
     *
     * @param cluster its id
     * @return false also as long as it has no view
     */
    public boolean isEmpty(long cluster) {
        Audience audience = of(cluster);
        return audience.view != null && audience.others.isEmpty();
    }

    /**
     * A cluster by its id.
     *
     * @param cluster as in {@link Packet#cluster}
     * @return null if it is not served
     */
    public Tenant tenant(long cluster) {
        return of(cluster).tenant;
    }

    /**
     * Tell whether somebody is the member of a cluster here.
     *
     * @param somebody any address
     * @return true for those that {@link #add} was called for
     */
    public boolean isTenant(Address somebody) {
        for (Audience audience : byCluster.values()) {
            if (audience.tenant.self().equals(somebody)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The one cluster of a transport that is not shared.
     *
     * @return null if it is shared
     */
    public Tenant alone() {
        return alone;
    }

    void setAlone(Tenant tenant) {
        alone = tenant;
    }

    /**
     * Tell whether a cluster is served.
     *
     * @param cluster its id
     * @return true also if nobody else is in it
     */
    public boolean serves(long cluster) {
        return of(cluster).tenant != null;
    }

    /**
     * Tell whether somebody is in the view of a cluster that is served.
     *
     * @param member any address
     * @return true also for the members here
     */
    public boolean contains(Address member) {
        for (Audience audience : byCluster.values()) {
            if (audience.view != null && audience.view.contains(member)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Number of members of all views, those here included.
     *
     * @return the sum
     */
    public int size() {
        int size = 0;
        for (Audience audience : byCluster.values()) {
            size += audience.view == null ? 0 : audience.view.size();
        }
        return size;
    }
}
