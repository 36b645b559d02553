package dev.muster.spi;

import java.util.Arrays;

/**
 * A number above zero for some members of a view, by their rank: how far each sender has got, for instance. As it goes over
 * the wire, and as it is kept until the view is known that gives the ranks: members that are not listed cost nothing, so
 * nobody can claim memory by naming a high rank.
 *
 * <pre>
 * | count varint | per member: rank varint, number varint |
 * ranks are written as the distance from the one before, less one
 * </pre>
 *
 * <p>Immutable; safe for use by any thread.
 */
public final class RankedNumbers {

    /** No rank is as high; more than any view has. */
    public static final int MOST_RANKS = 16_384;

    /** No numbers at all. */
    public static final RankedNumbers NONE = new RankedNumbers(new int[0], new long[0]);

    private final int[] ranks;
    private final long[] numbers;

    private RankedNumbers(int[] ranks, long[] numbers) {
        this.ranks = ranks;
        this.numbers = numbers;
    }

    /**
     * Take numbers that are listed by rank.
     *
     * @param byRank one for each rank, 0 for none; copied
     * @return those above zero
     * @throws IllegalArgumentException if one is below zero, or there are more than {@value #MOST_RANKS}
     */
    public static RankedNumbers of(long... byRank) {
        if (byRank.length > MOST_RANKS) {
            throw new IllegalArgumentException(byRank.length + " numbers, a view has at most " + MOST_RANKS + " members");
        }
        int[] ranks = new int[byRank.length];
        long[] numbers = new long[byRank.length];
        int size = 0;
        for (int rank = 0; rank < byRank.length; rank++) {
            if (byRank[rank] < 0) {
                throw new IllegalArgumentException("number " + byRank[rank] + " of rank " + rank + ", expected 0 or more");
            }
            if (byRank[rank] > 0) {
                ranks[size] = rank;
                numbers[size] = byRank[rank];
                size++;
            }
        }
        return new RankedNumbers(Arrays.copyOf(ranks, size), Arrays.copyOf(numbers, size));
    }

    /**
     * Read what {@link #writeTo} wrote. Takes at most six bytes of memory for each byte read, besides a few dozen.
     *
     * @param in where from
     * @return the numbers
     * @throws MalformedException if a number is not above zero, a rank is too high, or bytes are missing
     */
    public static RankedNumbers read(WireReader in) {
        int count = in.readCount(2);
        int[] ranks = new int[count];
        long[] numbers = new long[count];
        int rank = -1;
        for (int index = 0; index < count; index++) {
            long distance = in.readVarint();
            long number = in.readVarint();
            if (distance < 0 || distance >= MOST_RANKS - rank - 1 || number < 1) {
                throw in.malformed("number " + number + " of the member " + distance + " ranks behind rank " + (rank + 1)
                        + ", expected ranks below " + MOST_RANKS + " and numbers above 0");
            }
            rank += (int) distance + 1;
            ranks[index] = rank;
            numbers[index] = number;
        }
        return new RankedNumbers(ranks, numbers);
    }

    /**
     * Write the numbers, in two bytes each if both they and the gaps between ranks are small.
     *
     * @param out where to
     */
    public void writeTo(WireWriter out) {
        out.writeVarint(ranks.length);
        int last = -1;
        for (int index = 0; index < ranks.length; index++) {
            out.writeVarint(ranks[index] - last - 1).writeVarint(numbers[index]);
            last = ranks[index];
        }
    }

    /**
     * Members listed.
     *
     * @return how many
     */
    public int size() {
        return ranks.length;
    }

    /**
     * Tell whether no member is listed.
     *
     * @return true if so
     */
    public boolean isEmpty() {
        return ranks.length == 0;
    }

    /**
     * The rank of a member listed; they grow with the index.
     *
     * @param index from 0 to {@link #size} less one
     * @return from 0 to {@value #MOST_RANKS} less one
     */
    public int rank(int index) {
        return ranks[index];
    }

    /**
     * The number of a member listed.
     *
     * @param index from 0 to {@link #size} less one
     * @return above zero
     */
    public long number(int index) {
        return numbers[index];
    }

    /**
     * Tell whether a view of some size has all the members listed. To be asked before {@link #byRank}.
     *
     * @param members size of the view
     * @return false if a rank is too high for it
     */
    public boolean fits(int members) {
        return length() <= members;
    }

    private int length() {
        return ranks.length == 0 ? 0 : ranks[ranks.length - 1] + 1;
    }

    /**
     * List the numbers by rank.
     *
     * @return a new array, 0 for members without one, no longer than the highest rank listed demands
     */
    public long[] byRank() {
        long[] byRank = new long[length()];
        for (int index = 0; index < ranks.length; index++) {
            byRank[ranks[index]] = numbers[index];
        }
        return byRank;
    }

    /**
     * The higher number of each member.
     *
     * @param other may list other members
     * @return all members that either lists
     */
    public RankedNumbers max(RankedNumbers other) {
        int[] bothRanks = new int[ranks.length + other.ranks.length];
        long[] most = new long[bothRanks.length];
        int size = 0;
        int mine = 0;
        int theirs = 0;
        while (mine < ranks.length || theirs < other.ranks.length) {
            int rank = Math.min(mine < ranks.length ? ranks[mine] : MOST_RANKS,
                    theirs < other.ranks.length ? other.ranks[theirs] : MOST_RANKS);
            bothRanks[size] = rank;
            if (mine < ranks.length && ranks[mine] == rank) {
                most[size] = numbers[mine++];
            }
            if (theirs < other.ranks.length && other.ranks[theirs] == rank) {
                most[size] = Math.max(most[size], other.numbers[theirs++]);
            }
            size++;
        }
        return new RankedNumbers(Arrays.copyOf(bothRanks, size), Arrays.copyOf(most, size));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RankedNumbers that && Arrays.equals(ranks, that.ranks)
                && Arrays.equals(numbers, that.numbers);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ranks) * 31 + Arrays.hashCode(numbers);
    }

    /** Rank and number of each member listed, such as {@code {0=7, 3=300}}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("{");
        for (int index = 0; index < ranks.length; index++) {
            text.append(index == 0 ? "" : ", ").append(ranks[index]).append('=').append(numbers[index]);
        }
        return text.append('}').toString();
    }
}
