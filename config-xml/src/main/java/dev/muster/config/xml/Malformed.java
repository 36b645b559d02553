package dev.muster.config.xml;

import dev.muster.api.ConfigurationException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLStreamException;

/** Says what the parser says, for people. */
final class Malformed {

    private static final String BEGIN = "Message: ";

    /** The parser has no text for offences against namespaces, only the key of one. */
    private static final Pattern KEY = Pattern.compile("http://www\\.w3\\.org/\\S*#(\\w+)\\?(\\S*)");

    private static final Map<String, String> TEXTS = Map.of(
            "AttributeNotUnique", "element <%s> has the attribute %s already; remove one of the two",
            "ElementPrefixUnbound", "prefix '%s' of element <%s> is not declared; remove it, protocols have none",
            "AttributePrefixUnbound", "element <%s> has the attribute %s, whose prefix '%s' is not declared; remove it");

    private Malformed() {}

    static ConfigurationException at(String origin, XMLStreamException e) {
        int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNumber());
        return new ConfigurationException(origin + ":" + line + ": not well-formed XML: " + text(e), e);
    }

    private static String text(XMLStreamException e) {
        // what is before is the place in the parser's own notation
        String message = String.valueOf(e.getMessage());
        int begin = message.indexOf(BEGIN);
        String said = (begin < 0 ? message : message.substring(begin + BEGIN.length())).strip().replaceAll("\\s+", " ");
        Matcher key = KEY.matcher(said);
        if (key.matches() && TEXTS.containsKey(key.group(1))) {
            return String.format(TEXTS.get(key.group(1)), (Object[]) key.group(2).split("&"));
        }
        if (said.contains("must start and end within the same entity")) {
            return "the file ends before every element is closed; close the last one, or the root with </stack>";
        }
        return said + (said.endsWith(".") ? "" : ".") + " Correct this line or the one before";
    }
}
