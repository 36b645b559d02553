package dev.muster.core;

import dev.muster.api.HostPort;
import dev.muster.api.Setting;
import dev.muster.spi.BindAddress;
import dev.muster.spi.Capability;
import dev.muster.spi.TransportSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Tells which settings of a stack lead beyond this host without credentials, before {@link GuardedNetwork} refuses them.
 * Opens nothing and asks nobody, so a name that is not known to be this host's counts as another's.
 */
final class Exposure {

    /** What to do for a stack that is to leave this host. */
    static final String REMEDY = "put ENCRYPT with a key_file right above the transport (muster key makes the file), or say that"
            + " the network is trusted with insecure=\"true\" on the root element, the property muster.insecure=true, or"
            + " --insecure on the command line";

    private static final String ALLOWED = "leads beyond loopback without credentials, which insecure=\"true\" allows: whoever"
            + " reaches that network can read, speak and join; put ENCRYPT with a key_file right above the transport";

    private final StackPlan plan;

    Exposure(StackPlan plan) {
        this.plan = plan;
    }

    /** One line for each setting that does, beginning with where it was written. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (!plan.provides(Capability.ENCRYPTION)) {
            for (StackPlan.PlannedLayer layer : plan.layers()) {
                if (layer.provider().provides(layer.settings()).contains(Capability.OWN_ENCRYPTION)) {
                    continue;
                }
                layer.provider().settings().stream().filter(Setting::isReaching)
                        .forEach(setting -> warn(layer, setting, warnings));
            }
        }
        return warnings;
    }

    private <T> void warn(StackPlan.PlannedLayer layer, Setting<T> setting, List<String> warnings) {
        String reach = layer.settings().find(setting).map(Exposure::reach).orElse("");
        boolean isFallback = reach.isEmpty() && setting.name().equals(TransportSettings.BIND_ADDR.name())
                && layer == plan.layers().get(0);
        if (isFallback) {
            reach = BindAddress.configured(layer.settings(), TransportSettings.BIND_ADDR);
        }
        if (BindAddress.leadsBeyondLoopback(reach)) {
            String value = isFallback ? reach : layer.settings().text(setting);
            warnings.add(layer.origin(setting) + ": protocol " + layer.name() + ": " + setting + "=" + value + " "
                    + (plan.insecure() ? ALLOWED
                            : "leads beyond loopback without credentials, so the stack will not start; stay on loopback, "
                                    + REMEDY));
        }
    }

    /** Where a value leads, as a bind address is written. */
    private static String reach(Object value) {
        if (value instanceof List<?> hosts) {
            return hosts.stream().map(host -> ((HostPort) host).host()).collect(Collectors.joining(","));
        }
        return value instanceof Boolean everywhere ? (everywhere ? "every interface" : "") : value.toString();
    }
}
