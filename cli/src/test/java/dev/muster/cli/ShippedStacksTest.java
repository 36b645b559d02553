package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.ConfigurationException;
import dev.muster.api.LayerDefinition;
import dev.muster.api.ProtocolType;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.api.StackBuilder;
import dev.muster.api.StackDefinition;
import dev.muster.core.Assembler;
import dev.muster.spi.ProtocolProvider;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The stacks that ship, against the protocols that ship. */
class ShippedStacksTest {

    private final Assembler assembler = Assembler.installed();

    private StackDefinition stack(String name) {
        return assembler.named(name, Map.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "udp"})
    void itIsPossible(String name) {
        assembler.check(stack(name));
    }

    /** So that whoever reads the file sees what runs, and a default that changes in code does not change it silently. */
    @ParameterizedTest
    @ValueSource(strings = {"default", "udp"})
    void everySettingThatHasAValueAndAnEffectIsWrittenOut(String name) {
        Map<String, List<String>> missing = new LinkedHashMap<>();
        for (LayerDefinition layer : stack(name).layers()) {
            ProtocolProvider provider = assembler.provider(layer.protocol()).orElseThrow();
            List<String> written = layer.assignments().stream().map(LayerDefinition.Assignment::name).toList();
            List<String> left = new ArrayList<>(provider.settings().stream()
                    .filter(setting -> setting.inert().isEmpty() && !new Settings().text(setting).isEmpty())
                    .map(Setting::name).toList());
            left.removeAll(written);
            if (!left.isEmpty()) {
                missing.put(layer.protocol(), left);
            }
        }
        assertThat(missing).as("settings that %s.xml must name, with the reason for their value", name).isEmpty();
    }

    /** What differs from the defaults in code is about this machine; all else is the same with and without the file. */
    @ParameterizedTest
    @ValueSource(strings = {"default", "udp"})
    void everyValueIsTheProtocolsDefaultUnlessItIsAboutThisMachine(String name) {
        Set<String> aboutThisMachine = name.equals("udp") ? Set.of("UDP.bind_addr")
                : Set.of("TCP.bind_addr", "TCP.port_range", "TCPPING.initial_hosts");
        List<String> different = new ArrayList<>();
        for (LayerDefinition layer : stack(name).layers()) {
            ProtocolProvider provider = assembler.provider(layer.protocol()).orElseThrow();
            Settings settings = new Settings();
            for (LayerDefinition.Assignment assignment : layer.assignments()) {
                Setting<?> setting = provider.settings().stream()
                        .filter(candidate -> candidate.name().equals(assignment.name())).findFirst().orElseThrow();
                settings.assign(setting, assignment.value());
                if (!settings.text(setting).equals(new Settings().text(setting))) {
                    different.add(provider.type() + "." + setting);
                }
            }
        }
        assertThat(different).as("settings whose value in %s.xml is not the default in code; change one of the two", name)
                .containsExactlyInAnyOrderElementsOf(aboutThisMachine);
    }

    /** One configuration has one description, however it came about. */
    @ParameterizedTest
    @ValueSource(strings = {"default", "udp"})
    void theSameStackBuiltInCodeHasTheSameEffectiveConfiguration(String name) {
        StackBuilder builder = StackBuilder.create();
        for (LayerDefinition layer : stack(name).layers()) {
            Map<String, String> settings = new LinkedHashMap<>();
            layer.assignments().forEach(assignment -> settings.put(assignment.name(), String.valueOf(assignment.value())));
            builder.add(layer.protocol(), settings);
        }

        assertThat(assembler.describe(builder.definition())).isEqualTo(assembler.describe(stack(name)));
    }

    /** As the source prints it. */
    @Test
    void theMulticastAddressThatIsNoneIsReportedWithTheLikelyOne() {
        StackDefinition mistyped = assembler.named("udp", Map.of("muster.mcast_addr", "288.11.11.11"));

        assertThatThrownBy(() -> assembler.check(mistyped)).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("UDP: mcast_addr=288.11.11.11 is no multicast address; did you mean 228.11.11.11?");
    }

    @Test
    void aFragmentThatNoDatagramCarriesIsRefused() {
        StackDefinition large = StackBuilder.of(stack("udp"))
                .replace(ProtocolType.of("FRAG2"), "FRAG2", Map.of("frag_size", "70K")).definition();

        assertThatThrownBy(() -> assembler.check(large)).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("frag_size=70K must not exceed what a datagram can carry, 65400 bytes");
    }
}
