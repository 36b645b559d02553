package dev.muster.api;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A contact point, written {@code host[port]}.
 *
 * @param host name or numeric address
 * @param port 0 to 65535
 */
public record HostPort(String host, int port) {

    private static final Pattern NOTATION = Pattern.compile("\\s*([^\\[\\],\\s]+)\\s*\\[\\s*(\\d{1,5})\\s*]\\s*");

    /**
     * Check the parts.
     *
     * @param host not blank
     * @param port 0 to 65535
     */
    public HostPort {
        if (host.isBlank() || port < 0 || port > 65535) {
            throw new IllegalArgumentException("host '" + host + "' with port " + port
                    + " is no contact point; expected a name and a port from 0 to 65535");
        }
    }

    /**
     * Read a list {@code a[7800],b[7801]}.
     *
     * @param text the list, possibly empty
     * @return the contact points in order
     * @throws IllegalArgumentException naming the part that can't be read
     */
    public static List<HostPort> list(String text) {
        List<HostPort> hosts = new ArrayList<>();
        if (text.isBlank()) {
            return List.of();
        }
        for (String part : text.split(",")) {
            Matcher matcher = NOTATION.matcher(part);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("'" + text + "' has the part '" + part.trim()
                        + "' that is not of the form host[port]");
            }
            hosts.add(new HostPort(matcher.group(1), Integer.parseInt(matcher.group(2))));
        }
        return List.copyOf(hosts);
    }

    @Override
    public String toString() {
        return host + "[" + port + "]";
    }
}
