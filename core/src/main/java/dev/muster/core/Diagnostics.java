package dev.muster.core;

import dev.muster.api.Diagnosis;
import dev.muster.api.Settings;
import dev.muster.spi.BindAddress;
import dev.muster.spi.Environment;
import dev.muster.spi.TransportSettings;
import java.util.Optional;
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

    /** What is wrong with the settings of a transport, as far as can be told without looking for addresses. */
    static Optional<String> problem(Settings settings) {
        boolean letsStrangersIn = settings.get(TransportSettings.ENABLE_DIAGNOSTICS)
                && BindAddress.leadsBeyondLoopback(settings.get(TransportSettings.DIAGNOSTICS_BIND_ADDR))
                && settings.find(TransportSettings.DIAGNOSTICS_PASSCODE).filter(text -> !text.isEmpty()).isEmpty();
        return letsStrangersIn ? Optional.of(strangers(settings.get(TransportSettings.DIAGNOSTICS_BIND_ADDR))) : Optional.empty();
    }

    /** Why nobody listens at an address without a passcode. */
    static String strangers(String address) {
        return "diagnostics_bind_addr=" + address + " lets other hosts read this member; set diagnostics_passcode, leave"
                + " diagnostics_bind_addr at loopback, or switch enable_diagnostics off";
    }

    void close() {
        end.run();
    }
}
