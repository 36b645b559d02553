package dev.muster.core;

import dev.muster.api.Address;

/** What the names of a stack's threads end with. */
final class ThreadNames {

    private ThreadNames() {}

    /**
     * Carry out a {@link dev.muster.spi.TransportSettings#THREAD_NAMING_PATTERN}.
     *
     * @param pattern c for the cluster, l for the member, in any order; other letters mean nothing, as elsewhere
     * @return each part after a comma
     */
    static String work(String pattern, String cluster, Address member) {
        StringBuilder work = new StringBuilder();
        for (char letter : pattern.toCharArray()) {
            if (letter == 'c') {
                work.append(',').append(cluster);
            } else if (letter == 'l') {
                work.append(',').append(member);
            }
        }
        return work.toString();
    }
}
