package dev.muster.spi;

import dev.muster.api.Setting;
import java.time.Duration;
import java.util.List;

/**
 * Settings of threads that deliver. Every transport has two such pools: {@link TransportSettings#THREAD_POOL} and {@link
 * TransportSettings#OOB_THREAD_POOL}.
 *
 * @param enabled whether there are such threads at all
 * @param minThreads those that are kept when idle
 * @param maxThreads most of them
 * @param keepAliveTime how long one beyond the minimum stays when idle
 * @param queueEnabled whether more may wait than there are threads
 * @param queueMaxSize packets that may wait then
 * @param rejectionPolicy what becomes of packets beyond
 */
public record PoolSettings(Setting<Boolean> enabled, Setting<Integer> minThreads, Setting<Integer> maxThreads,
        Setting<Duration> keepAliveTime, Setting<Boolean> queueEnabled, Setting<Integer> queueMaxSize,
        Setting<RejectionPolicy> rejectionPolicy) {

    /**
     * What becomes of packets that come from the network while too many wait for the application. It concerns packets of
     * application data only, and only such as have not been acknowledged; nothing that has been is ever dropped.
     */
    public enum RejectionPolicy {
        /** Drop it, so that it is sent again, and warn now and then. */
        ABORT,
        /** Drop it, so that it is sent again. */
        DISCARD,
        /** As {@link #BLOCK}, and meanwhile one thread more delivers: it does what the one that reads leaves undone. */
        RUN,
        /** Read nothing until there is room, for a moment at a time, so that failure detection and control packets go on. */
        BLOCK
    }

    static final PoolSettings ORDINARY = new PoolSettings(
            Setting.flag("thread_pool.enabled", true)
                    .says("deliver on threads of their own; false: on the stack's own thread, so receivers must be quick"),
            Setting.integer("thread_pool.min_threads", 2).atLeast(0)
                    .says("delivering threads that are kept when idle, once there was work for them; 0 keeps one, too"),
            Setting.integer("thread_pool.max_threads", 8).atLeast(1)
                    .says("most threads that deliver side by side, one per sender at a time, one in all under a total order"),
            Setting.duration("thread_pool.keep_alive_time", Duration.ofSeconds(5)).positive()
                    .says("how long an idle delivering thread beyond the minimum is kept"),
            Setting.flag("thread_pool.queue_enabled", true)
                    .says("let as many packets wait for the application as queue_max_size says; false: as max_threads says"),
            Setting.integer("thread_pool.queue_max_size", 10_000).atLeast(0)
                    .says("packets, each of one message or of many, that may wait for the application before "
                            + "thread_pool.rejection_policy acts on those that come in"),
            Setting.choice("thread_pool.rejection_policy", RejectionPolicy.DISCARD).says(meaning(
                    "a sender none of whose packets wait is never refused")));

    static final PoolSettings OUT_OF_BAND = new PoolSettings(
            Setting.flag("oob_thread_pool.enabled", true)
                    .says("deliver messages flagged OOB on threads of their own, however busy the others are; false: on the "
                            + "stack's own thread, so receivers must be quick"),
            Setting.integer("oob_thread_pool.min_threads", 1).atLeast(0)
                    .says("such threads that are kept when idle, once there was work for them; 0 keeps one, too"),
            Setting.integer("oob_thread_pool.max_threads", 8).atLeast(1)
                    .says("most threads that deliver messages flagged OOB side by side"),
            Setting.duration("oob_thread_pool.keep_alive_time", Duration.ofSeconds(5)).positive()
                    .says("how long an idle one beyond the minimum is kept"),
            Setting.flag("oob_thread_pool.queue_enabled", false)
                    .says("let as many packets flagged OOB wait for a thread as queue_max_size says; false: as max_threads "
                            + "says"),
            Setting.integer("oob_thread_pool.queue_max_size", 100).atLeast(0)
                    .says("packets flagged OOB that may wait for a thread before oob_thread_pool.rejection_policy acts on "
                            + "those that come in"),
            Setting.choice("oob_thread_pool.rejection_policy", RejectionPolicy.RUN)
                    .says(meaning("acts on packets flagged OOB")));

    private static String meaning(String besides) {
        return "what becomes of packets that come in while too many wait, none of which has been acknowledged yet: discard "
                + "drops them, so that they are sent again; abort does, with a warning now and then; block reads nothing until "
                + "there is room, for a tenth of a second at a time; run does the same, and one thread more delivers meanwhile; "
                + besides;
    }

    /**
     * All of them.
     *
     * @return in the order of the parameters
     */
    public List<Setting<?>> all() {
        return List.of(enabled, minThreads, maxThreads, keepAliveTime, queueEnabled, queueMaxSize, rejectionPolicy);
    }
}
