package dev.muster.spi;

import dev.muster.api.Address;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;

/**
 * The one seam between a stack and the world: clock, timers, randomness, identities, network, threads. The real one lives
 * in {@code dev.muster.core}, the simulated one in {@code dev.muster.testkit}.
 */
public interface Environment {

    /**
     * The time, as of the current turn. Monotonic.
     *
     * @return nanoseconds
     */
    long nowNanos();

    /**
     * The wall clock, for logs only.
     *
     * @return milliseconds since the epoch
     */
    long wallMillis();

    /**
     * A new generator; each call gives one with another seed.
     *
     * @return the generator
     */
    RandomGenerator newRandom();

    /**
     * Bytes that nobody can guess and that no other life gets, for cryptography. For anything else use {@link #newRandom},
     * which costs less.
     *
     * @param bytes filled
     */
    default void fillUnpredictably(byte[] bytes) {
        new SecureRandom().nextBytes(bytes);
    }

    /**
     * A new identity.
     *
     * @param name logical name
     * @return unique among all lives of all members
     */
    Address newAddress(String name);

    /**
     * Run a task on the owner of the stack, soon. May be called by any thread.
     *
     * @param task the task
     */
    void execute(Runnable task);

    /**
     * Run a task on the owner of the stack, later. For the owner only.
     *
     * @param delayNanos from now
     * @param task the task
     * @return forgets the task when closed
     */
    Scheduled schedule(long delayNanos, Runnable task);

    /**
     * Say what the threads of this environment work for, so that their names tell. Called once, before there is work.
     *
     * @param work such as cluster and member; empty for nothing
     */
    default void nameThreads(String work) {
        // here are no threads that anybody looks at
    }

    /**
     * Where callbacks of the application run.
     *
     * @return side by side; order is kept by the inbox
     */
    Executor delivery();

    /**
     * Where callbacks of the application run for messages out of band, which must not wait for any others.
     *
     * @return side by side
     */
    default Executor outOfBandDelivery() {
        return delivery();
    }

    /**
     * Sockets.
     *
     * @return the network
     */
    Network network();

    /**
     * Run work on the calling thread if nobody owns the stack at the moment, else leave it to the owner. May be called by
     * any thread.
     *
     * @param work the work
     */
    void runOrHandOver(Runnable work);

    /**
     * One object for what several stacks of the same owner know alike. For the owner only.
     *
     * @param value see {@link Context#shared}
     * @param <T> its type
     * @return an equal value that was given before, else this one
     */
    default <T> T shared(T value) {
        return value;
    }

    /**
     * Wait for an answer that this stack brings. The calling thread may do the stack's work meanwhile, including to wait for
     * sockets: so nobody has to be woken to bring it the answer, which costs more than all the rest of its way. Never called by
     * the owner of the stack. An environment whose threads don't sleep just waits.
     *
     * @param answer completed by any thread
     * @param limitNanos how long to wait at most
     * @throws InterruptedException if the calling thread is interrupted while it waits
     * @throws ExecutionException if the answer is a failure
     * @throws TimeoutException if there is none in time
     */
    default void await(CompletableFuture<?> answer, long limitNanos)
            throws InterruptedException, ExecutionException, TimeoutException {
        answer.get(limitNanos, TimeUnit.NANOSECONDS);
    }

    /** Let go of threads and sockets. */
    void close();

    /** A task that will run. */
    @FunctionalInterface
    interface Scheduled {
        /** Forget the task if it has not run. */
        void cancel();
    }
}
