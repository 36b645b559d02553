package dev.muster.cli;

import dev.muster.api.Setting;
import dev.muster.spi.Capability;
import dev.muster.spi.Figure;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.ProtocolProvider;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * All that an installed protocol says about itself: what {@code describe} shows and the reference pages print.
 *
 * @param name its type
 * @param aliases further names
 * @param purpose one sentence
 * @param module where its provider comes from
 * @param type the Java class to name in code, empty where there is none
 * @param provides capabilities
 * @param needsBelow capabilities
 * @param needsAbove capabilities
 * @param settings in the provider's order
 * @param headers those it puts on packets, by id
 * @param promises half a sentence each
 * @param exclusions what is not promised, half a sentence each
 * @param figures what it counts
 */
record ProtocolPage(String name, List<String> aliases, String purpose, String module, String type,
        List<String> provides, List<String> needsBelow, List<String> needsAbove, List<SettingRow> settings,
        List<HeaderRow> headers, List<String> promises, List<String> exclusions, List<Figure> figures) {

    private static final Map<String, String> UNITS = Map.of(
            "time", "time, ms without a unit", "times", "times, ms without a unit", "bytes", "bytes; K = 1000, KiB = 1024",
            "integer", "whole number", "decimal", "decimal number", "flag", "true or false", "hosts", "host[port],…");

    /**
     * One setting.
     *
     * @param name attribute name
     * @param aliases further names
     * @param kind as {@link Setting#kind}
     * @param unit what values look like
     * @param initial the default, empty for none
     * @param range in words, empty for none
     * @param meaning half a sentence
     * @param source the default of the document that the protocol follows, empty if ours is the same
     * @param why why ours differs
     * @param inert why it has no effect, empty if it has one
     */
    record SettingRow(String name, List<String> aliases, String kind, String unit, String initial, String range,
            String meaning, String source, String why, String inert) {

        static <T> SettingRow of(Setting<T> setting) {
            String unit = setting.choices().isEmpty() ? UNITS.getOrDefault(setting.kind(), setting.kind())
                    : "one of " + String.join(", ", setting.choices());
            return new SettingRow(setting.name(), setting.aliases(), setting.kind(), unit,
                    setting.initial().map(setting::format).orElse(""), setting.rangeText().orElse(""), setting.meaning(),
                    setting.source().orElse(""), setting.why().orElse(""), setting.inert().orElse(""));
        }
    }

    /**
     * One header.
     *
     * @param id on the wire
     * @param name of its class
     * @param source where the class is in the repository, from its root; its layout is drawn there
     */
    record HeaderRow(int id, String name, String source) {

        static HeaderRow of(HeaderCodec<?> codec) {
            String module = codec.type().getModule().isNamed() ? codec.type().getModule().getName() : "";
            return new HeaderRow(codec.id(), codec.type().getSimpleName(), module.replace("dev.muster.", "").replace('.', '-')
                    + "/src/main/java/" + codec.type().getName().replace('.', '/') + ".java");
        }
    }

    static ProtocolPage of(ProtocolProvider provider) {
        Class<?> enclosing = provider.getClass().getEnclosingClass();
        Module module = provider.getClass().getModule();
        List<HeaderRow> headers = provider.headers().stream().<HeaderRow>map(HeaderRow::of)
                .sorted(Comparator.comparing(HeaderRow::id)).toList();
        List<SettingRow> settings = provider.settings().stream().<SettingRow>map(SettingRow::of).toList();
        return new ProtocolPage(provider.type().name(), provider.aliases(), provider.says(),
                module.isNamed() ? module.getName() : "(class path)", enclosing == null ? "" : enclosing.getName(),
                names(provider.provides()), names(provider.requiresBelow()), names(provider.requiresAbove()), settings,
                headers, provider.promises(), provider.doesNotPromise(), provider.figures());
    }

    /** Pages of all protocols, by name. */
    static List<ProtocolPage> all(Collection<ProtocolProvider> providers) {
        return providers.stream().map(ProtocolPage::of).sorted(Comparator.comparing(ProtocolPage::name)).toList();
    }

    /** Tell whether the protocol goes by a name, in any case and with or without the prefix {@code pbcast.}. */
    boolean isCalled(String wanted) {
        String plain = StackSource.plain(wanted);
        return name.equalsIgnoreCase(plain) || aliases.stream().anyMatch(plain::equalsIgnoreCase);
    }

    private static List<String> names(Collection<Capability> capabilities) {
        return capabilities.stream().map(Capability::name).sorted().toList();
    }
}
