package dev.muster.spi;

import dev.muster.api.ConfigurationException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds the multicast group that a {@code mcast_addr} means: an address or a name, or one of two defaults, by the family of
 * the address that is bound to.
 *
 * @param where who asks, for messages, such as {@code UDP: mcast_addr}
 * @param ipv4 the default where the address bound to is of IPv4
 * @param ipv6 the default where it is of IPv6
 */
public record MulticastAddress(String where, String ipv4, String ipv6) {

    private static final Pattern FOUR_NUMBERS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern LEADING_ZERO = Pattern.compile("\\b0\\d");
    private static final int OCTETS = 4;
    private static final String RANGES = "expected one from 224.0.0.0 to 239.255.255.255, or of IPv6 one that begins with ff";

    /**
     * Look at a text without asking a name service, at assembly.
     *
     * @param text what was configured; null for the default
     * @return what is wrong with it; empty if it is right, or a name that can be looked up at the start only
     */
    public Optional<String> problem(String text) {
        if (text == null || text.isBlank()) {
            return Optional.empty();
        }
        if (FOUR_NUMBERS.matcher(text).matches()) {
            boolean fits = isGroup(text.split("\\."));
            return fits ? Optional.empty() : Optional.of(noGroup(text));
        }
        return text.indexOf(':') >= 0 && !text.toLowerCase(java.util.Locale.ROOT).startsWith("ff")
                ? Optional.of(noGroup(text)) : Optional.empty();
    }

    private static String noGroup(String text) {
        return text + " is no multicast address; " + likely(text).map(address -> "did you mean " + address + "? ").orElse("")
                + RANGES;
    }

    private static boolean isGroup(String[] octets) {
        int first = Integer.parseInt(octets[0]);
        boolean valid = first >= 224 && first <= 239;
        for (String octet : octets) {
            valid &= Integer.parseInt(octet) <= 255;
        }
        return valid;
    }

    /** With one digit changed it would be a group: somebody has mistyped that one. */
    private static Optional<String> likely(String text) {
        if (text.split("\\.").length != OCTETS) {
            return Optional.empty();
        }
        for (int at = 0; at < text.length(); at++) {
            for (char digit = '0'; digit <= '9' && text.charAt(at) != '.'; digit++) {
                String changed = text.substring(0, at) + digit + text.substring(at + 1);
                if (isGroup(changed.split("\\.")) && !LEADING_ZERO.matcher(changed).find()) {
                    return Optional.of(changed);
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Find the group. May ask the name service, so for {@link Protocol#start} only.
     *
     * @param text what was configured; null for the default
     * @param bound the address that is bound to
     * @return a multicast address of its family
     * @throws ConfigurationException if there is none
     */
    public InetAddress find(String text, InetAddress bound) {
        boolean isIpv4 = bound.getAddress().length == OCTETS;
        String wanted = text == null || text.isBlank() ? isIpv4 ? ipv4 : ipv6 : text;
        InetAddress found;
        try {
            found = InetAddress.getByName(wanted);
        } catch (UnknownHostException e) {
            throw new ConfigurationException(where + "=" + problem(wanted).orElse(wanted
                    + " is no address, and no name that is known; " + RANGES), e);
        }
        if (!found.isMulticastAddress()) {
            throw new ConfigurationException(where + "=" + noGroup(found.getHostAddress()));
        }
        if (found.getAddress().length != bound.getAddress().length) {
            throw new ConfigurationException(where + "=" + wanted + " is of another family than " + bound.getHostAddress()
                    + ", which bind_addr means; choose both of IPv4 or both of IPv6");
        }
        return found;
    }
}
