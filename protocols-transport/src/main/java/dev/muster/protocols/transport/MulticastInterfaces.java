package dev.muster.protocols.transport;

import dev.muster.api.ConfigurationException;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.spi.BindAddress;
import dev.muster.spi.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the interfaces that a transport multicasts on.
 *
 * @param network knows all there are
 * @param bound address that the transport is bound to
 */
record MulticastInterfaces(Network network, InetAddress bound) {

    /** Addresses of interfaces, of the family that is bound to: all there are, or those listed, or the one bound to. */
    List<InetAddress> of(Settings settings, Setting<Boolean> all, Setting<String> list) {
        if (settings.get(all)) {
            return all(all);
        }
        String listed = settings.get(list);
        if (listed == null || listed.isBlank()) {
            return List.of(bound);
        }
        List<InetAddress> found = new ArrayList<>();
        for (String part : listed.split(",")) {
            InetAddress address = BindAddress.find("UDP: " + list.name(), part.trim());
            if (!isOfFamily(address)) {
                throw new ConfigurationException("UDP: " + list.name() + "=" + listed + " means "
                        + address.getHostAddress() + ", which is of another family than " + bound.getHostAddress()
                        + " of bind_addr; name addresses of one family");
            }
            found.add(address);
        }
        return found;
    }

    private List<InetAddress> all(Setting<Boolean> setting) {
        try {
            return network.interfaces().stream().filter(this::isOfFamily).toList();
        } catch (IOException e) {
            throw new ConfigurationException("UDP: " + setting.name() + "=true, but the system does not tell its interfaces: "
                    + e.getMessage() + "; list them", e);
        }
    }

    private boolean isOfFamily(InetAddress address) {
        return address.getAddress().length == bound.getAddress().length;
    }
}
