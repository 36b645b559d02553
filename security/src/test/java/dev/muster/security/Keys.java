package dev.muster.security;

import java.util.SplittableRandom;

/** Keys of tests. */
final class Keys {

    private Keys() {}

    static PreSharedKey key(long number) {
        byte[] bytes = new byte[PreSharedKey.BYTES];
        new SplittableRandom(number).nextBytes(bytes);
        return PreSharedKey.of(bytes);
    }

    static KeyRing ring(long number) {
        return KeyRing.of(key(number));
    }
}
