package dev.muster.core;

import dev.muster.api.Diagnosis;
import dev.muster.api.Settings;
import dev.muster.spi.Environment;
import dev.muster.spi.TransportSettings;
import java.util.function.Supplier;

/** The ways in which a member can be looked at from outside while it lives: a port, and a bean. For the owner of the stack. */
final class Diagnostics {

    /** None of them. */
    static final Diagnostics OFF = new Diagnostics(() -> { });

    private final Runnable end;

    private Diagnostics(Runnable end) {
        this.end = end;
    }

    /**
     * Open what the settings of a transport ask for.
     *
     * @param settings of the transport
     * @param environment of the stack
     * @param diagnosis made on the owner
     * @return to be closed when the life ends
     * @throws dev.muster.api.ConfigurationException if it can't be opened as told
     */
    static Diagnostics of(Settings settings, Environment environment, Supplier<Diagnosis> diagnosis) {
        if (!settings.get(TransportSettings.ENABLE_DIAGNOSTICS)) {
            return OFF;
        }
        DiagnosticsPort port = new DiagnosticsPort(settings, environment, diagnosis);
        port.open();
        Runnable withdrawal = ModuleLayer.boot().findModule("java.management").isPresent()
                ? ChannelBean.register(diagnosis, environment) : () -> { };
        return new Diagnostics(() -> {
            withdrawal.run();
            port.close();
        });
    }

    void close() {
        end.run();
    }
}
