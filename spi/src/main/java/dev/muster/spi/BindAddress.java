package dev.muster.spi;

import dev.muster.api.ConfigurationException;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Finds the address that a {@code bind_addr} means: a numeric address, a host name, the name of a network interface, one
 * of the words {@code loopback}, {@code site_local}, {@code link_local}, {@code global}, {@code non_loopback}, a pattern
 * {@code match-interface:eth.*} or {@code match-address:10\.1\..*} (regular expressions), or a comma list of these, of
 * which the first that fits wins.
 *
 * <p>Looks at the machine's interfaces and may ask the name service, so for {@link Protocol#start} only.
 */
public final class BindAddress {

    private static final String MATCH_INTERFACE = "match-interface:";
    private static final String MATCH_ADDRESS = "match-address:";
    /** Longer ones could exhaust the stack. */
    private static final int LONGEST_PATTERN = 500;

    /** An address in figures: looking it up asks nobody. */
    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|\\[?[0-9A-Fa-f]*:[0-9A-Fa-f:.]*(%\\w+)?]?");

    private BindAddress() {}

    /**
     * An address of this machine.
     *
     * @param interfaceName name of the network interface
     * @param address one of its addresses
     */
    public record Candidate(String interfaceName, InetAddress address) {}

    /**
     * What is configured: the setting, then the property {@code muster.bind_addr}, then {@code jgroups.bind_addr}, then
     * loopback.
     *
     * @param settings of the protocol
     * @param setting its bind address
     * @return never blank
     */
    public static String configured(Settings settings, Setting<String> setting) {
        String value = settings.get(setting);
        String property = System.getProperty("muster.bind_addr", System.getProperty("jgroups.bind_addr", ""));
        if (value != null && !value.isBlank()) {
            return value.trim();
        }
        return property.isBlank() ? "loopback" : property.trim();
    }

    /**
     * Find the address on this machine.
     *
     * @param where who asks, for the message, such as {@code TCP: bind_addr}
     * @param text what was configured
     * @return the address
     * @throws ConfigurationException if nothing fits
     */
    public static InetAddress find(String where, String text) {
        return find(where, text, ofThisMachine());
    }

    /**
     * Find the address among given ones.
     *
     * @param where who asks, for the message
     * @param text what was configured
     * @param candidates addresses of the machine, in the order of preference
     * @return the address
     * @throws ConfigurationException if nothing fits
     */
    public static InetAddress find(String where, String text, List<Candidate> candidates) {
        for (String part : text.split(",")) {
            InetAddress found = findOne(where, part.trim(), candidates);
            if (found != null) {
                return found;
            }
        }
        throw new ConfigurationException(where + "=" + text + " fits no address of this machine; it has " + show(candidates)
                + "; expected an address, an interface, loopback, site_local, link_local, global, non_loopback, "
                + "match-interface:… or match-address:…");
    }

    /**
     * Tell whether words, names or addresses may lead beyond this host. Asks neither a name service nor, of names that this
     * machine does not know, anybody: they may.
     *
     * @param text what was configured; of a list each part counts
     * @return false if all of it is loopback
     */
    public static boolean leadsBeyondLoopback(String text) {
        return Arrays.stream(text.split(",")).map(String::trim).anyMatch(part -> !part.isEmpty() && !isLoopback(part));
    }

    private static boolean isLoopback(String part) {
        if (part.equalsIgnoreCase("loopback") || part.equalsIgnoreCase("localhost")) {
            return true;
        }
        try {
            if (LITERAL.matcher(part).matches()) {
                return InetAddress.getByName(part).isLoopbackAddress();
            }
            NetworkInterface card = NetworkInterface.getByName(part);
            return card != null && card.isLoopback();
        } catch (UnknownHostException | SocketException e) {
            return false;
        }
    }

    private static InetAddress findOne(String where, String part, List<Candidate> candidates) {
        return switch (part.toLowerCase(java.util.Locale.ROOT)) {
            case "loopback", "localhost" -> loopback(candidates);
            case "site_local" -> first(candidates, c -> c.address().isSiteLocalAddress());
            case "link_local" -> first(candidates, c -> c.address().isLinkLocalAddress());
            case "non_loopback" -> first(candidates, c -> !c.address().isLoopbackAddress());
            case "global" -> first(candidates, c -> !c.address().isLoopbackAddress() && !c.address().isSiteLocalAddress()
                    && !c.address().isLinkLocalAddress());
            default -> findNamed(where, part, candidates);
        };
    }

    private static InetAddress findNamed(String where, String part, List<Candidate> candidates) {
        if (part.startsWith(MATCH_INTERFACE)) {
            return matching(where, part.substring(MATCH_INTERFACE.length()), candidates, Candidate::interfaceName);
        }
        if (part.startsWith(MATCH_ADDRESS)) {
            return matching(where, part.substring(MATCH_ADDRESS.length()), candidates, c -> c.address().getHostAddress());
        }
        InetAddress byInterface = first(candidates, c -> c.interfaceName().equals(part));
        if (byInterface != null || part.isEmpty()) {
            return byInterface;
        }
        try {
            return InetAddress.getByName(part);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** Loopback exists even where interfaces can't be listed. */
    private static InetAddress loopback(List<Candidate> candidates) {
        InetAddress found = first(candidates, c -> c.address().isLoopbackAddress());
        return found == null ? InetAddress.getLoopbackAddress() : found;
    }

    private static InetAddress first(List<Candidate> candidates, Predicate<Candidate> fits) {
        return candidates.stream().filter(fits).map(Candidate::address).findFirst().orElse(null);
    }

    private static InetAddress matching(String where, String expression, List<Candidate> candidates,
            Function<Candidate, String> text) {
        if (expression.length() > LONGEST_PATTERN) {
            throw new ConfigurationException(where + ": '" + expression.substring(0, LONGEST_PATTERN) + "…' has "
                    + expression.length() + " characters, expected a regular expression of at most " + LONGEST_PATTERN);
        }
        try {
            Pattern pattern = Pattern.compile(expression);
            return first(candidates, c -> pattern.matcher(text.apply(c)).matches());
        } catch (PatternSyntaxException e) {
            throw new ConfigurationException(where + ": '" + expression + "' is no regular expression: "
                    + e.getDescription(), e);
        } catch (RuntimeException e) {
            // the JDK takes some broken expressions and then trips over them: [a&&] for one
            throw new ConfigurationException(where + ": '" + expression + "' is no regular expression that can be matched: "
                    + e + "; simplify it", e);
        }
    }

    private static String show(List<Candidate> candidates) {
        return candidates.stream().map(c -> c.interfaceName() + " " + c.address().getHostAddress()).toList().toString();
    }

    /** IPv4 first, because that is what most configurations mean. */
    private static List<Candidate> ofThisMachine() {
        List<Candidate> found = new ArrayList<>();
        try {
            NetworkInterface.networkInterfaces().forEach(card -> card.inetAddresses()
                    .forEach(address -> found.add(new Candidate(card.getName(), address))));
        } catch (SocketException e) {
            return List.of();
        }
        found.sort(java.util.Comparator.comparing(c -> c.address().getAddress().length));
        return found;
    }
}
