package dev.muster.core;

import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.api.StackOptions;
import dev.muster.spi.Capability;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import dev.muster.spi.StackFingerprint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A stack that was found to be possible: every protocol resolved, every setting checked.
 *
 * @param layers transport first
 * @param options of the whole stack
 * @param remarks what is worth knowing of it
 */
record StackPlan(List<PlannedLayer> layers, Settings options, List<Remark> remarks) {

    /** One protocol with its settings. */
    record PlannedLayer(ProtocolProvider provider, Assigned assigned, String origin) {

        Settings settings() {
            return assigned.settings();
        }

        /** Where a setting was written; the layer for a default. */
        String origin(Setting<?> setting) {
            return assigned.origins().getOrDefault(setting, origin);
        }

        String name() {
            return provider.type().name();
        }

        Protocol create() {
            return provider.create(settings());
        }

        /** The protocol with all its settings, defaults included: equal for equal configurations however written. */
        String describe() {
            return provider.settings().stream()
                    .map(this::describe)
                    .filter(text -> !text.isEmpty())
                    .collect(Collectors.joining(" ", name() + " ", "")).trim();
        }

        /** All settings that have a value, as text. */
        Map<String, String> texts() {
            Map<String, String> texts = new LinkedHashMap<>();
            for (Setting<?> setting : provider.settings()) {
                String text = settings().text(setting);
                if (!text.isEmpty()) {
                    texts.put(setting.name(), text);
                }
            }
            return texts;
        }

        private void addDifferences(PlannedLayer other, List<String> differences) {
            for (Setting<?> setting : provider.settings()) {
                if (!settings().find(setting).equals(other.settings().find(setting))) {
                    differences.add(name() + " here " + other.told(setting) + ", there " + told(setting));
                }
            }
        }

        private String told(Setting<?> setting) {
            String text = settings().text(setting);
            return setting + (text.isEmpty() ? " not set" : "=" + text) + " (" + origin(setting) + ")";
        }

        private String describe(Setting<?> setting) {
            String text = settings().text(setting);
            return text.isEmpty() ? "" : setting.name() + "=" + text;
        }
    }

    Settings transportSettings() {
        return layers.get(0).settings();
    }

    /** The part that is shared when the transport is: the transport, and what encrypts its network. */
    StackPlan ofTransport() {
        int end = 1;
        while (end < layers.size() && layers.get(end).provider().provides().contains(Capability.ENCRYPTION)) {
            end++;
        }
        return new StackPlan(layers.subList(0, end), options, List.of());
    }

    /** In what another plan differs from this one, each with both values and where they were written. */
    List<String> differences(StackPlan other) {
        List<String> differences = new ArrayList<>();
        if (!names().equals(other.names())) {
            differences.add("here " + other.names() + " (" + other.layers.get(0).origin() + "), there " + names() + " ("
                    + layers.get(0).origin() + ")");
            return differences;
        }
        for (int i = 0; i < layers.size(); i++) {
            layers.get(i).addDifferences(other.layers.get(i), differences);
        }
        if (insecure() != other.insecure()) {
            differences.add("here " + StackOptions.INSECURE + "=" + other.insecure() + ", there " + insecure());
        }
        return differences;
    }

    private List<String> names() {
        return layers.stream().map(PlannedLayer::name).toList();
    }

    List<HeaderCodec<?>> headers() {
        List<HeaderCodec<?>> all = new ArrayList<>();
        layers.forEach(layer -> all.addAll(layer.provider().headers()));
        return all;
    }

    StackFingerprint fingerprint() {
        return new StackFingerprint(layers.stream()
                .map(layer -> layer.name() + layer.provider().headers().stream().map(codec -> ":" + codec.id())
                        .collect(Collectors.joining()))
                .toList());
    }

    boolean provides(Capability capability) {
        return layers.stream().anyMatch(layer -> layer.provider().provides().contains(capability));
    }

    boolean insecure() {
        return options.get(StackOptions.INSECURE);
    }

    String describe() {
        return layers.stream().map(PlannedLayer::describe).collect(Collectors.joining("\n"));
    }
}
