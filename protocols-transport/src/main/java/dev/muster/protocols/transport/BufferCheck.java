package dev.muster.protocols.transport;

import dev.muster.api.Setting;
import dev.muster.api.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Compares buffers asked of the system with those it granted, and says what to do about it, once for all. */
final class BufferCheck {

    private final List<String> shortages = new ArrayList<>();
    /** Name of the limit, and the largest buffer that it kept from being. */
    private final TreeMap<String, Long> limits = new TreeMap<>();

    void receive(Settings settings, Setting<Long> setting, int granted) {
        compare(settings.get(setting), setting, granted, "net.core.rmem_max");
    }

    void send(Settings settings, Setting<Long> setting, int granted) {
        compare(settings.get(setting), setting, granted, "net.core.wmem_max");
    }

    private void compare(long asked, Setting<Long> setting, int granted, String limit) {
        if (granted < asked) {
            shortages.add(setting.name() + "=" + setting.format(asked) + ", granted " + granted + " bytes");
            limits.merge(limit, asked, Math::max);
        }
    }

    /** How many buffers are smaller than asked for. */
    int shortages() {
        return shortages.size();
    }

    /** What to tell; empty if the system granted everything. */
    Optional<String> warning() {
        if (shortages.isEmpty()) {
            return Optional.empty();
        }
        List<String> remedies = limits.entrySet().stream()
                .map(limit -> "sysctl -w " + limit.getKey() + "=" + limit.getValue()).toList();
        return Optional.of("UDP: the system grants smaller socket buffers than asked for: " + String.join("; ", shortages)
                + ". Bursts that don't fit are lost and sent again. Raise the limit (on Linux as root: "
                + String.join(", ", remedies) + "), or lower the settings");
    }
}
