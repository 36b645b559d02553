package dev.muster.core;

import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * What the stacks of one loop know alike, kept once: a thousand members of one view in one process have one list of it, not a
 * thousand. Kept only as long as one of them holds it. For the owner of the loop only.
 */
final class Commons {

    private final Map<Object, WeakReference<Object>> values = new WeakHashMap<>();

    /** The value that is equal to a given one; that one itself if there is none yet. */
    @SuppressWarnings("unchecked")
    <T> T shared(T value) {
        WeakReference<Object> known = values.get(value);
        Object before = known == null ? null : known.get();
        if (before != null && before.getClass() == value.getClass()) {
            return (T) before;
        }
        values.put(value, new WeakReference<>(value));
        return value;
    }
}
