package dev.muster.config.xml;

import dev.muster.api.ConfigurationException;
import dev.muster.api.LayerDefinition.Assignment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.namespace.QName;

/** Turns the attributes of an element into assignments that know their lines. */
final class AttributeReader {

    /** A name behind a blank, the end of the value before, or its prefix; and an equals sign behind it. */
    private static final Pattern WRITTEN = Pattern.compile("(?<![^\\s\"':])([^\\s\"'=:<>/]++)\\s*+=");

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
        Map<String, Integer> written = attributes.isEmpty() ? Map.of() : lines(place);
        attributes.forEach((name, value) -> {
            if (!passedOver.contains(name.getNamespaceURI())) {
                int line = written.getOrDefault(name.getLocalPart(), place.firstLine());
                assignments.add(assignment(place, name, value, origin + ":" + line));
            }
        });
        return assignments;
    }

    private Assignment assignment(ElementPlace place, QName qualified, String value, String where) {
        String name = qualified.getLocalPart();
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

    /**
     * The first line on which each attribute seems to stand: the parser knows only where a tag ends. In one pass, for a tag
     * may have thousands.
     */
    private Map<String, Integer> lines(ElementPlace place) {
        Map<String, Integer> first = new HashMap<>();
        for (int line = place.firstLine(); line <= Math.min(place.lastLine(), lines.length); line++) {
            Matcher written = WRITTEN.matcher(lines[line - 1]);
            while (written.find()) {
                first.putIfAbsent(written.group(1), line);
            }
        }
        return first;
    }
}
