package dev.muster.spi;

import dev.muster.api.ProtocolType;
import dev.muster.api.Setting;
import java.util.Objects;
import java.util.Optional;

/**
 * The settings of the other layers of a stack, as a provider sees them in
 * {@link ProtocolProvider#validate(dev.muster.api.Settings, OtherLayers, ProtocolProvider.Problems)}.
 *
 * <p>A setting is looked for itself, not by its name: whoever declares the same constant, answers for it.
 */
public interface OtherLayers {

    /**
     * Look for a setting below, from the nearest layer down.
     *
     * @param setting the constant that the other layer declares
     * @param <T> type of its values
     * @return its value or default; empty if no layer below declares it, or it has neither
     */
    <T> Optional<Value<T>> below(Setting<T> setting);

    /**
     * Look for a setting above, from the nearest layer up.
     *
     * @param setting the constant that the other layer declares
     * @param <T> type of its values
     * @return its value or default; empty if no layer above declares it, or it has neither
     */
    <T> Optional<Value<T>> above(Setting<T> setting);

    /**
     * A value of another layer.
     *
     * @param layer the layer
     * @param setting the setting
     * @param value its value, checked
     * @param origin where it was written, or the layer if it is a default
     * @param <T> its type
     */
    record Value<T>(ProtocolType layer, Setting<T> setting, T value, String origin) {

        /**
         * Check the parts.
         *
         * @param layer not null
         * @param setting not null
         * @param value not null
         * @param origin not null
         */
        public Value {
            Objects.requireNonNull(layer, "layer");
            Objects.requireNonNull(setting, "setting");
            Objects.requireNonNull(value, "value");
            Objects.requireNonNull(origin, "origin");
        }

        /** For problems, such as {@code max_credits=1K of FC (orders.xml:7)}. */
        @Override
        public String toString() {
            return setting.name() + "=" + setting.format(value) + " of " + layer.name() + " (" + origin + ")";
        }
    }
}
