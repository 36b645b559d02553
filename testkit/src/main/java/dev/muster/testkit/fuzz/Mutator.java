package dev.muster.testkit.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes input that no honest peer sends: random bytes, and valid samples with bits flipped, ends cut off, parts of others
 * spliced in, bytes inserted and removed, and numbers that may be lengths blown up. The seed decides everything. For one
 * thread.
 */
public final class Mutator {

    private static final byte[][] TEMPTING = {
        {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF}, {0x7F, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF},
        {(byte) 0x80, 0, 0, 0}, {0, 0, 0, 0}, {0x7F}, {(byte) 0x80, 0x01}, {(byte) 0xFF, (byte) 0xFF, 0x03},
        {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x07},
        {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x7F},
        {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF,
            (byte) 0xFF, 0x01}};
    private static final int MOST_CHANGES = 4;

    private final SplittableRandom random;
    private final List<byte[]> samples;
    private final int mostBytes;

    /**
     * Create one.
     *
     * @param seed decides everything
     * @param samples valid input; without any, all input is random
     * @param mostBytes no input is longer
     */
    public Mutator(long seed, List<byte[]> samples, int mostBytes) {
        this.random = new SplittableRandom(seed);
        this.samples = List.copyOf(samples);
        this.mostBytes = mostBytes;
    }

    /**
     * The next input.
     *
     * @return a new array
     */
    public byte[] next() {
        if (samples.isEmpty() || random.nextInt(10) == 0) {
            return noise(random.nextInt(1 + Math.min(mostBytes, random.nextInt(8) == 0 ? 512 : 48)));
        }
        byte[] input = sample().clone();
        for (int changes = random.nextInt(MOST_CHANGES); changes >= 0; changes--) {
            input = changed(input);
        }
        return input.length > mostBytes ? Arrays.copyOf(input, mostBytes) : input;
    }

    private byte[] sample() {
        return samples.get(random.nextInt(samples.size()));
    }

    private byte[] noise(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] changed(byte[] input) {
        if (input.length == 0) {
            return noise(random.nextInt(8));
        }
        int at = random.nextInt(input.length);
        switch (random.nextInt(7)) {
            case 0 -> input[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> input[at] = (byte) random.nextInt();
            case 2 -> {
                return Arrays.copyOf(input, at);
            }
            case 3 -> {
                return spliced(input, at, sample());
            }
            case 4 -> inflate(input, at);
            case 5 -> {
                return joined(input, at, noise(1 + random.nextInt(8)), 0, at);
            }
            default -> {
                return joined(input, at, new byte[0], 0, Math.min(input.length, at + 1 + random.nextInt(8)));
            }
        }
        return input;
    }

    private byte[] spliced(byte[] input, int at, byte[] other) {
        return other.length == 0 ? input : joined(input, at, other, random.nextInt(other.length), input.length);
    }

    private void inflate(byte[] input, int at) {
        byte[] value = TEMPTING[random.nextInt(TEMPTING.length)];
        System.arraycopy(value, 0, input, at, Math.min(value.length, input.length - at));
    }

    /** What comes before a place, part of something else, and the rest from another place on. */
    private static byte[] joined(byte[] input, int before, byte[] inserted, int from, int after) {
        int middle = inserted.length - from;
        byte[] result = Arrays.copyOf(input, before + middle + input.length - after);
        System.arraycopy(inserted, from, result, before, middle);
        System.arraycopy(input, after, result, before + middle, input.length - after);
        return result;
    }
}
