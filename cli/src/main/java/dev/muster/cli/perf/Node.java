package dev.muster.cli.perf;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A member of one contestant's group. */
public interface Node extends AutoCloseable {

    /** How long an answer may take. */
    int ANSWER_SECONDS = 20;

    /**
     * Send to the group, as fast as the system takes it; waits when it takes no more.
     *
     * @param payload whose first {@code length} bytes are sent; the caller writes into it as soon as this returns
     * @param length in bytes
     * @throws Exception if it can't be sent
     */
    void sendToAll(byte[] payload, int length) throws Exception;

    /**
     * Send to one member; also called by the thread that delivers.
     *
     * @param member its number
     * @param payload as for {@link #sendToAll}
     * @param length in bytes
     * @throws Exception if it can't be sent
     */
    void sendTo(int member, byte[] payload, int length) throws Exception;

    /**
     * Wait for what a message brings; systems that have a better way than to sleep until somebody wakes the thread take that.
     *
     * @param answer completed by the thread that delivers
     * @throws Exception if it doesn't come
     */
    default void await(CompletableFuture<?> answer) throws Exception {
        answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Leave.
     *
     * @throws IOException if that went wrong
     */
    @Override
    void close() throws IOException;
}
