package dev.muster.config.xml;

import dev.muster.api.ConfigurationException;
import dev.muster.api.LayerDefinition.Assignment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.xml.namespace.QName;

/** Turns the attributes of an element into assignments that know their lines. */
final class AttributeReader {

    private final String origin;
    private final String[] lines;
    private final Substitution substitution;
    private final Set<String> passedOver;

    /**
     * Create a reader for one file.
     *
     * @param passedOver namespaces whose attributes mean nothing to a stack
     */
    AttributeReader(String origin, byte[] source, Substitution substitution, Set<String> passedOver) {
        this.origin = origin;
        // Attribute names are ASCII; in a file of another family of encodings none is found, and the element's line is
        // given for all of its attributes.
        this.lines = new String(source, StandardCharsets.ISO_8859_1).split("\r\n|\n|\r", -1);
        this.substitution = substitution;
        this.passedOver = passedOver;
    }

    List<Assignment> read(ElementPlace place, Map<QName, String> attributes) {
        List<Assignment> assignments = new ArrayList<>();
        attributes.forEach((name, value) -> {
            if (!passedOver.contains(name.getNamespaceURI())) {
                assignments.add(assignment(place, name, value));
            }
        });
        return assignments;
    }

    private Assignment assignment(ElementPlace place, QName qualified, String value) {
        String name = qualified.getLocalPart();
        String where = origin + ":" + lineOf(place, name);
        if (!qualified.getNamespaceURI().isEmpty()) {
            throw new ConfigurationException(where + ": <" + place.name() + ">: attribute " + name
                    + " has the namespace '" + qualified.getNamespaceURI() + "', settings have none; remove its prefix");
        }
        try {
            return new Assignment(name, substitution.apply(value), where);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(where + ": <" + place.name() + ">: " + name + ": " + e.getMessage(), e);
        }
    }

    /** The parser knows where a tag ends; people want to know where the attribute stands. */
    private int lineOf(ElementPlace place, String attribute) {
        Pattern written = Pattern.compile("(^|[\\s\"':])" + Pattern.quote(attribute) + "\\s*=");
        for (int line = place.firstLine(); line <= Math.min(place.lastLine(), lines.length); line++) {
            if (written.matcher(lines[line - 1]).find()) {
                return line;
            }
        }
        return place.firstLine();
    }
}
