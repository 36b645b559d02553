package dev.muster.fuzzing;

import com.sun.management.ThreadMXBean;
import dev.muster.testkit.fuzz.Mutator;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.HexFormat;
import java.util.function.Consumer;

/**
 * Feeds a reader with bad input and demands that it refuses in the way it promises, comes to an end, and takes no more
 * memory than the length of the input justifies.
 *
 * <pre>{@code
 * Campaign.of("orders", bytes -> Order.decode(new WireReader(bytes, 0, bytes.length)))
 *         .refusingWith(MalformedException.class).allocatingAtMost(4_000, 100)
 *         .run(new Mutator(1, samples, 2_000), 1_000_000, Duration.ofMinutes(1));
 * }</pre>
 */
public final class Campaign {

    private static final Duration STUCK = Duration.ofSeconds(20);
    private static final int ATTEMPTS = 4;
    private static final int SHOWN_BYTES = 400;
    private static final int LONG_BYTES = 256;
    private static final long LOOK_MILLIS = 200;

    private final String name;
    private final Consumer<byte[]> reader;
    private Class<? extends RuntimeException> refusal = IllegalArgumentException.class;
    private long baseBytes = 16_000;
    private long bytesPerByte = 100;
    private Duration stuck = STUCK;

    private volatile byte[] current = {};
    private volatile long count;
    private volatile Throwable failure;
    private long refused;
    private long largest;
    private double largestPerByte;

    private Campaign(String name, Consumer<byte[]> reader) {
        this.name = name;
        this.reader = reader;
    }

    /**
     * What a campaign has found out.
     *
     * @param name of the reader
     * @param inputs tried
     * @param refused of these
     * @param largestAllocation most bytes that one input made the reader allocate
     * @param largestPerByte most bytes per byte of input, of inputs that are not so short that the text of a refusal is all
     * @param took how long
     */
    public record Report(String name, long inputs, long refused, long largestAllocation, double largestPerByte,
            Duration took) {

        @Override
        public String toString() {
            return String.format("%-30s %,11d inputs, %5.1f %% refused, at most %,9d bytes allocated, %6.1f per byte, %6.1f s",
                    name, inputs, 100.0 * refused / Math.max(1, inputs), largestAllocation, largestPerByte,
                    took.toMillis() / 1000.0);
        }
    }

    /**
     * Prepare a campaign.
     *
     * @param name of the reader, for reports
     * @param reader reads one input
     * @return a campaign
     */
    public static Campaign of(String name, Consumer<byte[]> reader) {
        return new Campaign(name, reader);
    }

    /**
     * Say how bad input is refused.
     *
     * @param type the only exception that may be thrown
     * @return this
     */
    public Campaign refusingWith(Class<? extends RuntimeException> type) {
        refusal = type;
        return this;
    }

    /**
     * Bound what one input may make the reader allocate, garbage included.
     *
     * @param base bytes that any input may take: an exception with its stack trace, for instance
     * @param perByte bytes more for each byte of the input
     * @return this
     */
    public Campaign allocatingAtMost(long base, long perByte) {
        baseBytes = base;
        bytesPerByte = perByte;
        return this;
    }

    /**
     * Say when a reader counts as hung.
     *
     * @param time that no input may take; generous, for machines are busy
     * @return this
     */
    public Campaign hungAfter(Duration time) {
        stuck = time;
        return this;
    }

    /**
     * Run it, on a thread of its own.
     *
     * @param mutator makes the inputs
     * @param inputs how many
     * @param limit ends the campaign early
     * @return the figures
     * @throws AssertionError naming the input, if the reader fails, hangs or takes too much memory
     */
    public Report run(Mutator mutator, long inputs, Duration limit) {
        long begin = System.nanoTime();
        Thread worker = new Thread(() -> work(mutator, inputs, begin + limit.toNanos()), "fuzz-" + name);
        worker.setDaemon(true);
        worker.start();
        await(worker);
        if (failure != null) {
            throw new AssertionError(name + ", input " + count + ", " + shown() + ": " + failure, failure);
        }
        return new Report(name, count, refused, largest, largestPerByte, Duration.ofNanos(System.nanoTime() - begin));
    }

    private void work(Mutator mutator, long inputs, long deadline) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try {
            while (count < inputs && System.nanoTime() - deadline < 0) {
                byte[] input = mutator.next();
                current = input;
                refused += measured(threads, input) ? 0 : 1;
                count++;
            }
        } catch (RuntimeException | Error e) {
            failure = e;
        }
    }

    /** Read one input; tells whether it was accepted. What loads classes or fills caches does so once, so ask again. */
    private boolean measured(ThreadMXBean threads, byte[] input) {
        long most = baseBytes + bytesPerByte * input.length;
        long taken = Long.MAX_VALUE;
        boolean accepted = false;
        for (int attempt = 0; attempt < ATTEMPTS && taken > most; attempt++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            accepted = accepts(input);
            taken = Math.min(taken, threads.getCurrentThreadAllocatedBytes() - before);
        }
        if (taken > most) {
            throw new IllegalStateException("took " + taken + " bytes of memory, at most " + most
                    + " are justified by an input of " + input.length);
        }
        largest = Math.max(largest, taken);
        if (input.length >= LONG_BYTES) {
            largestPerByte = Math.max(largestPerByte, (double) taken / input.length);
        }
        return accepted;
    }

    private boolean accepts(byte[] input) {
        try {
            reader.accept(input);
            return true;
        } catch (RuntimeException e) {
            if (refusal.isInstance(e)) {
                return false;
            }
            throw e;
        }
    }

    private void await(Thread worker) {
        long seen = -1;
        long since = System.nanoTime();
        while (worker.isAlive()) {
            join(worker);
            if (count != seen) {
                seen = count;
                since = System.nanoTime();
            } else if (System.nanoTime() - since > stuck.toNanos() && worker.isAlive()) {
                AssertionError hung = new AssertionError(name + ", input " + seen + ", " + shown()
                        + ": not read within " + stuck);
                hung.setStackTrace(worker.getStackTrace());
                worker.interrupt();
                throw hung;
            }
        }
    }

    private static void join(Thread worker) {
        try {
            worker.join(LOOK_MILLIS);
        } catch (InterruptedException e) {
            worker.interrupt();
            Thread.currentThread().interrupt();
            throw new AssertionError("the campaign was interrupted", e);
        }
    }

    private String shown() {
        byte[] input = current;
        int length = Math.min(SHOWN_BYTES, input.length);
        return input.length + " bytes " + HexFormat.of().formatHex(input, 0, length) + (length < input.length ? "…" : "");
    }
}
