package dev.muster.core;

import dev.muster.api.Address;
import dev.muster.api.Flag;
import dev.muster.api.Settings;
import dev.muster.spi.Environment;
import dev.muster.spi.Packet;
import dev.muster.spi.PoolSettings;
import dev.muster.spi.PoolSettings.RejectionPolicy;
import dev.muster.spi.TransportSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides right above the transport, where nothing has been acknowledged yet, what to do with packets that come in while too
 * many wait for the application: {@link PoolSettings#rejectionPolicy}.
 *
 * <p>Only application data is ever refused, and that only for moments: a control packet may have been sent behind it in the
 * same order, and a member whose application is stuck must still answer when a view changes. So a sender is refused for {@link
 * #REFUSING_NANOS} out of every {@link #CYCLE_NANOS}, and reading stops for {@link #STILL_NANOS} at a time. What bounds memory
 * for longer is flow control. For the owner of the stack.
 */
final class Admission {

    /** Shorter than any wait for a control packet by far, longer than a burst. */
    static final long REFUSING_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
    /** Long enough for everything that was refused to be sent again, and what is behind it. */
    static final long CYCLE_NANOS = TimeUnit.SECONDS.toNanos(3);
    /** Signs of life come by the same sockets. */
    static final long STILL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
    private static final long BETWEEN_WARNINGS_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Environment environment;
    private final Inbox inbox;
    private final Supplier<PausableNetwork> network;
    private final Address self;
    private final Bound ordered;
    private final Bound outOfBand;
    private final Map<Address, Long> refusedSince = new HashMap<>();
    private final LongCounter refused = new LongCounter();
    private final LongCounter stops = new LongCounter();
    private Bound stoppedBy;
    private Environment.Scheduled goOn;
    private boolean warned;
    private long warnedNanos;

    /** What the settings of one pool say. */
    private record Bound(String pool, boolean isOutOfBand, int most, RejectionPolicy policy) {

        static Bound of(Settings settings, PoolSettings pool, String name, boolean isOutOfBand) {
            int threads = settings.get(pool.enabled()) ? settings.get(pool.maxThreads()) : 1;
            int most = settings.get(pool.queueEnabled()) ? settings.get(pool.queueMaxSize()) : threads;
            return new Bound(name, isOutOfBand, most, settings.get(pool.rejectionPolicy()));
        }

        boolean stopsReading() {
            return policy == RejectionPolicy.BLOCK || policy == RejectionPolicy.RUN;
        }
    }

    /**
     * An admission that has refused nobody yet.
     *
     * @param network of the transport, asked for when reading has to stop
     * @param transport settings of the transport
     */
    Admission(Environment environment, Inbox inbox, Supplier<PausableNetwork> network, Address self, Settings transport) {
        this.environment = environment;
        this.inbox = inbox;
        this.network = network;
        this.self = self;
        ordered = Bound.of(transport, TransportSettings.THREAD_POOL, "thread_pool", false);
        outOfBand = Bound.of(transport, TransportSettings.OOB_THREAD_POOL, "oob_thread_pool", true);
    }

    /** Whether a packet from the network may go up. */
    boolean admits(Packet packet) {
        if (!packet.has(Packet.DATA)) {
            return true;
        }
        Bound bound = packet.has(Flag.OOB) ? outOfBand : ordered;
        return inbox.waiting(bound.isOutOfBand) <= bound.most || admitsBeyond(bound, packet);
    }

    private boolean admitsBeyond(Bound bound, Packet packet) {
        if (bound.stopsReading() && network.get().canPause()) {
            // what has been read already is taken
            stopReading(bound);
            return true;
        }
        if (!bound.isOutOfBand && !inbox.isBehind(packet.source()) || !isRefusing(packet.source())) {
            return true;
        }
        refused.increment();
        if (bound.policy == RejectionPolicy.ABORT) {
            warn(bound);
        }
        return false;
    }

    /** Whether it is a sender's time to be refused. */
    private boolean isRefusing(Address source) {
        long now = environment.nowNanos();
        Long since = refusedSince.get(source);
        if (since == null || now - since >= CYCLE_NANOS) {
            refusedSince.values().removeIf(begin -> now - begin >= CYCLE_NANOS);
            refusedSince.put(source, now);
            return true;
        }
        return now - since < REFUSING_NANOS;
    }

    private void warn(Bound bound) {
        long now = environment.nowNanos();
        if (!warned || now - warnedNanos >= BETWEEN_WARNINGS_NANOS) {
            warned = true;
            warnedNanos = now;
            LOG.warn("{}: more than {} packets wait for the application, so some that come in are dropped, as"
                    + " {}.rejection_policy=abort says; they are sent again. Receivers are too slow: let them hand work on to"
                    + " other threads, or raise {}.queue_max_size. Further ones are only counted, as CHANNEL.refused_packets",
                    self, bound.most, bound.pool, bound.pool);
        }
    }

    private void stopReading(Bound bound) {
        if (stoppedBy != null) {
            return;
        }
        stoppedBy = bound;
        stops.increment();
        network.get().wantReadable(false);
        help(true);
        goOn = environment.schedule(STILL_NANOS, this::goOn);
        inbox.whenRoom(bound.isOutOfBand, bound.most / 2, () -> environment.execute(this::goOn));
    }

    private void goOn() {
        if (stoppedBy != null) {
            help(false);
            stoppedBy = null;
            goOn.cancel();
            network.get().wantReadable(true);
        }
    }

    private void help(boolean wanted) {
        if (stoppedBy.policy == RejectionPolicy.RUN) {
            Object threads = stoppedBy.isOutOfBand ? environment.outOfBandDelivery() : environment.delivery();
            if (threads instanceof DeliveryPool pool) {
                pool.lendOneMore(wanted);
            }
        }
    }

    /** The life is over. */
    void close() {
        goOn();
    }

    /** Packets that were dropped, to be sent again; any thread. */
    long refused() {
        return refused.get();
    }

    /** How often reading stopped; any thread. */
    long stops() {
        return stops.get();
    }
}
