package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Setting;
import dev.muster.core.Assembler;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What decides where a stack binds or connects is marked, for check warns only of what is. */
class ReachingSettingsTest {

    /** They name addresses and lead nowhere by themselves, or have a rule of their own: a passcode for diagnostics. */
    private static final Set<String> LEAD_NOWHERE = Set.of("mcast_addr", "external_addr", "diagnostics_addr",
            "diagnostics_bind_addr", "print_local_addr", "max_dynamic_hosts");

    @Test
    void everySettingThatNamesAddressesHostsOrInterfacesIsMarked() {
        Set<String> unmarked = new TreeSet<>();
        Assembler.installed().providers().forEach(provider -> provider.settings().stream()
                .filter(setting -> setting.name().matches(".*(addr|address|host|hosts|interface|interfaces)"))
                .filter(setting -> !LEAD_NOWHERE.contains(setting.name()) && setting.inert().isEmpty() && !setting.isReaching())
                .map(Setting::name).forEach(name -> unmarked.add(provider.type() + " " + name)));

        assertThat(unmarked).as("say reaching() of them").isEmpty();
    }
}
