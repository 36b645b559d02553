package dev.muster.api;

/**
 * Threads that channels of one process share: loops, which read the sockets and run the stacks, and threads that call the
 * applications back.
 *
 * <pre>{@code
 * SharedThreads threads = SharedThreads.create();
 * Channel orders = StackBuilder.named("default").sharing(threads).build();
 * Channel prices = StackBuilder.named("default").sharing(threads).build();
 * }</pre>
 *
 * <p>A channel that shares with nobody has a loop and callback threads of its own. That is right for a process with a few
 * channels: each has the machine to itself as far as it can be had. With tens of channels or thousands, which mostly wait,
 * it is threads and switches between them that cost, and sharing saves them.
 *
 * <p>What channels share is time, nothing else: each keeps its own sockets, views, queues and credits. A callback never
 * runs on a loop unless the stack says so ({@code thread_pool.enabled=false}), so one that does not return holds up neither
 * signs of life nor the messages of others: it holds one thread, and while all are held and nothing moves, one more is
 * added every now and then, up to as many as the channels would have by themselves. {@code thread_pool.*} and
 * {@code oob_thread_pool.*} of the stacks say how much may wait and what happens then, as ever; their numbers of threads
 * have no other effect.
 *
 * <p>Threads begin with the first channel that connects and end when the last one has left; then it can all begin anew.
 * Immutable; safe for use by any thread. Two are never equal: whoever is to share is given the same one.
 */
public final class SharedThreads {

    private static final int LEAST_CALLBACK_THREADS = 2;

    private final int loops;
    private final int callbackThreads;

    private SharedThreads(int loops, int callbackThreads) {
        this.loops = atLeastOne(loops, "loops");
        this.callbackThreads = atLeastOne(callbackThreads, "callback threads");
    }

    private static int atLeastOne(int number, String of) {
        if (number < 1) {
            throw new IllegalArgumentException(number + " " + of + " can't do anything; at least 1 is needed");
        }
        return number;
    }

    /**
     * One loop, and as many threads for callbacks as there are processors, two at least.
     *
     * @return threads that do not run yet
     */
    public static SharedThreads create() {
        return of(1, Math.max(LEAST_CALLBACK_THREADS, Runtime.getRuntime().availableProcessors()));
    }

    /**
     * So many threads.
     *
     * @param loops among which the channels are spread evenly; more than processors are of no use
     * @param callbackThreads for messages in order, and as many again for those out of band; they begin when they are needed
     * @return threads that do not run yet
     */
    public static SharedThreads of(int loops, int callbackThreads) {
        return new SharedThreads(loops, callbackThreads);
    }

    /**
     * Number of loops.
     *
     * @return at least 1
     */
    public int loops() {
        return loops;
    }

    /**
     * Number of threads that call back, while callbacks return.
     *
     * @return at least 1
     */
    public int callbackThreads() {
        return callbackThreads;
    }
}
