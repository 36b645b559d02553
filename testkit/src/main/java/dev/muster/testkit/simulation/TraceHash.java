package dev.muster.testkit.simulation;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Rolling hash of everything that happened: two runs with equal hashes had equal histories. */
final class TraceHash {

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ODD = 0x9E3779B97F4A7C15L;

    private long high = 0x243F6A8885A308D3L;
    private long low = 0x13198A2E03707344L;

    void add(long time, int node, int kind, long digest) {
        low = mix(low ^ time * ODD + node);
        high = mix(high + digest ^ Long.rotateLeft(low, 23) + kind);
    }

    /** The hash so far as 32 hexadecimal digits. */
    String text() {
        return String.format("%016x%016x", high, low);
    }

    static long digest(byte[] bytes) {
        long hash = bytes.length * ODD;
        int index = 0;
        for (; index + 8 <= bytes.length; index += 8) {
            hash = (hash ^ (long) LONGS.get(bytes, index)) * ODD;
            hash ^= hash >>> 29;
        }
        for (; index < bytes.length; index++) {
            hash = (hash ^ bytes[index]) * ODD;
        }
        return mix(hash);
    }

    static long mix(long value) {
        long mixed = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }
}
