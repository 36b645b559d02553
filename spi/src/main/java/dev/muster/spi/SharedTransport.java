package dev.muster.spi;

/**
 * A transport that can serve several clusters of one process at a time: all of them over the same sockets, each with a member of
 * its own.
 *
 * <p>Every packet says by {@link Packet#cluster} which cluster it belongs to: on the way down for whose other members a group
 * packet is, on the way up for the one who hands it on. Where a member is reached, whom a connection leads to and what is out of
 * reach are facts about the network, of which all clusters learn.
 *
 * <p>When it is not shared it has one tenant, made of its context, from its start to its end. When it is, {@link Context#self}
 * is a member of no cluster but stands for the process, {@link Context#cluster} is the name under which it is shared, and who runs
 * it calls {@link #open} in the place of {@link #start}, and the methods for tenants. Called as any protocol is: one call at a
 * time, by the owner.
 */
public interface SharedTransport extends Transport {

    /**
     * Begin a life without a tenant.
     *
     * @param context the way to act; keep it
     */
    void open(Context context);

    /**
     * The clusters that are served, and who is in them.
     *
     * @return kept up to date by this transport
     */
    Audiences audiences();

    /**
     * Serve a cluster more. After {@link #open}, before anything else about this tenant; nobody else is in the cluster yet.
     *
     * @param tenant no other has the same cluster
     */
    default void serve(Tenant tenant) {
        audiences().add(tenant);
    }

    /**
     * Serve a cluster no longer.
     *
     * @param tenant as it was given to {@link #serve}
     */
    default void release(Tenant tenant) {
        audiences().remove(tenant);
    }

    /**
     * Learn of an event that a layer above has emitted in the stack of one cluster.
     *
     * @param tenant whose
     * @param event such as {@link Event.ViewInstalled}
     */
    void event(Tenant tenant, Event event);

    /**
     * State what can be carried in one cluster.
     *
     * @param tenant the cluster
     * @return limits for the layers above
     */
    Limits limits(Tenant tenant);

    @Override
    default void start(Context context) {
        open(context);
        Tenant alone = new Tenant(context.cluster(), context.self());
        serve(alone);
        audiences().setAlone(alone);
    }

    @Override
    default Event event(Event event) {
        if (audiences().alone() != null) {
            event(audiences().alone(), event);
        }
        return event;
    }

    @Override
    default Limits limits(Limits below) {
        return limits(audiences().alone());
    }
}
