package dev.muster.api;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The values of one protocol's settings, every one of them checked.
 *
 * <p>Not for concurrent change; safe to read by any thread afterwards.
 */
public final class Settings {

    private final Map<Setting<?>, Object> values = new LinkedHashMap<>();

    /** Create an empty bag: every setting has its default. */
    public Settings() {}

    /**
     * Set a value.
     *
     * @param <T> its type
     * @param setting the setting
     * @param value the value
     * @return this
     * @throws IllegalArgumentException if the value is out of range
     */
    public <T> Settings set(Setting<T> setting, T value) {
        values.put(setting, setting.accept(value));
        return this;
    }

    /**
     * Set a value given as an object or as text.
     *
     * @param setting the setting
     * @param value of the setting's type, or text
     * @return this
     * @throws IllegalArgumentException if the value has the wrong type or is out of range
     */
    public Settings assign(Setting<?> setting, Object value) {
        values.put(setting, setting.accept(value));
        return this;
    }

    /**
     * The value, or the default.
     *
     * @param <T> its type
     * @param setting the setting
     * @return the value; null if it was not set and there is no default
     */
    @SuppressWarnings("unchecked")
    public <T> T get(Setting<T> setting) {
        Object value = values.get(setting);
        return value != null ? (T) value : setting.initial().orElse(null);
    }

    /**
     * The value or the default, where there may be neither.
     *
     * @param <T> its type
     * @param setting the setting
     * @return empty if it was not set and there is no default
     */
    public <T> Optional<T> find(Setting<T> setting) {
        return Optional.ofNullable(get(setting));
    }

    /**
     * Tell whether a value was set.
     *
     * @param setting the setting
     * @return false if the default holds
     */
    public boolean isSet(Setting<?> setting) {
        return values.containsKey(setting);
    }

    /**
     * The value as text.
     *
     * @param <T> its type
     * @param setting the setting
     * @return as {@link Setting#format}
     */
    public <T> String text(Setting<T> setting) {
        return setting.format(get(setting));
    }

    /**
     * What was set, in the order it was set.
     *
     * @return an unmodifiable view
     */
    public Map<Setting<?>, Object> assigned() {
        return java.util.Collections.unmodifiableMap(values);
    }
}
