package dev.muster.security;

import dev.muster.api.ConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The keys of a group, in order: the first seals, all open. As text, a line each:
 *
 * <pre>
 * # lines like this one are for people
 * muster-key-1 8f2c90a1 mJfr0x…=
 *              the id   32 bytes as base64
 * </pre>
 *
 * <p>Immutable; safe for use by any thread.
 */
public final class KeyRing {

    private static final String FORMAT = "muster-key-1";
    private static final String REMEDY = "; make a key file with: muster key FILE";
    private static final int PARTS = 3;
    /** So many are never valid at once; a longer file is another file. */
    private static final int MOST_KEYS = 16;

    private final List<PreSharedKey> keys;

    private KeyRing(List<PreSharedKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /**
     * A ring of one key.
     *
     * @param key seals and opens
     * @return the ring
     */
    public static KeyRing of(PreSharedKey key) {
        return new KeyRing(List.of(key));
    }

    /**
     * Read keys.
     *
     * @param text lines as above; also separated by commas, for properties
     * @param where it comes from, for messages
     * @return the ring
     * @throws ConfigurationException if there is no key, or a line can't be one; the message tells nothing of the key
     */
    public static KeyRing parse(String text, String where) {
        List<PreSharedKey> keys = new ArrayList<>();
        String[] lines = text.split("\n", -1);
        for (int number = 1; number <= lines.length; number++) {
            String line = lines[number - 1];
            for (String part : line.startsWith("#") ? new String[0] : line.split(",", -1)) {
                if (!part.isBlank()) {
                    keys.add(key(part.trim(), where + ":" + number));
                }
            }
        }
        if (keys.isEmpty() || keys.size() > MOST_KEYS) {
            throw new ConfigurationException(where + ": " + keys.size() + " keys, expected 1 to " + MOST_KEYS + REMEDY);
        }
        for (int i = 0; i < keys.size(); i++) {
            if (find(keys.subList(0, i), keys.get(i).wireId()) != null) {
                throw new ConfigurationException(where + ": " + keys.get(i) + " is there twice; remove one");
            }
        }
        return new KeyRing(keys);
    }

    private static PreSharedKey key(String line, String where) {
        String[] parts = line.split("\\s+");
        if (parts.length != PARTS || !parts[0].equals(FORMAT)) {
            throw new ConfigurationException(where + ": this is no key; expected " + FORMAT + ", an id and 32 bytes as base64"
                    + REMEDY);
        }
        try {
            PreSharedKey key = PreSharedKey.parse(parts[2]);
            if (!key.id().equals(parts[1])) {
                throw new IllegalArgumentException("id " + parts[1] + " does not belong to this key, which is " + key.id()
                        + "; the line is damaged");
            }
            return key;
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(where + ": " + e.getMessage() + REMEDY);
        }
    }

    /**
     * All keys.
     *
     * @return the sealing one first; never empty
     */
    public List<PreSharedKey> keys() {
        return keys;
    }

    /**
     * The key that seals.
     *
     * @return the first
     */
    public PreSharedKey sealing() {
        return keys.get(0);
    }

    /** The key with an id of the wire; null if there is none. */
    PreSharedKey find(int wireId) {
        return find(keys, wireId);
    }

    private static PreSharedKey find(List<PreSharedKey> keys, int wireId) {
        for (PreSharedKey key : keys) {
            if (key.wireId() == wireId) {
                return key;
            }
        }
        return null;
    }

    boolean contains(PreSharedKey key) {
        return keys.contains(key);
    }

    /**
     * The first step of a rotation: open with a further key, and go on sealing as before.
     *
     * @param key the new key
     * @return a ring with the key at its end
     * @throws IllegalArgumentException if there are too many keys
     */
    public KeyRing with(PreSharedKey key) {
        if (keys.size() == MOST_KEYS) {
            throw new IllegalArgumentException("there are " + MOST_KEYS + " keys already; remove old ones first");
        }
        List<PreSharedKey> more = new ArrayList<>(keys);
        more.add(key);
        return new KeyRing(more);
    }

    /**
     * The second step, once everybody has the key: seal with it.
     *
     * @param id of a key of this ring
     * @return a ring in which that key is first
     * @throws IllegalArgumentException if there is no such key
     */
    public KeyRing sealingWith(String id) {
        PreSharedKey wanted = named(id);
        List<PreSharedKey> ordered = new ArrayList<>(keys);
        ordered.remove(wanted);
        ordered.add(0, wanted);
        return new KeyRing(ordered);
    }

    /**
     * The last step, once everybody seals with another one: forget a key.
     *
     * @param id of a key of this ring
     * @return a ring without it
     * @throws IllegalArgumentException if there is no such key, or no other
     */
    public KeyRing without(String id) {
        PreSharedKey unwanted = named(id);
        if (keys.size() == 1) {
            throw new IllegalArgumentException("key " + id + " is the only one; add another first");
        }
        return new KeyRing(keys.stream().filter(key -> !key.equals(unwanted)).toList());
    }

    private PreSharedKey named(String id) {
        Optional<PreSharedKey> found = keys.stream().filter(key -> key.id().equalsIgnoreCase(id)).findFirst();
        return found.orElseThrow(() -> new IllegalArgumentException("there is no key " + id + "; there are " + keys));
    }

    /**
     * As text. It contains the keys: write it to nobody but {@link KeyFile}.
     *
     * @return a line per key, with a comment before
     */
    String text() {
        return keys.stream().map(key -> FORMAT + " " + key.id() + " " + key.base64() + "\n")
                .collect(Collectors.joining("", "# Keys of a group: whoever has them reads everything and may join."
                        + " The first seals, all open.\n", ""));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyRing that && keys.equals(that.keys);
    }

    @Override
    public int hashCode() {
        return keys.hashCode();
    }

    /** Ids only. */
    @Override
    public String toString() {
        return keys.toString();
    }
}
