package dev.muster.config.xml;

import dev.muster.api.ConfigurationException;
import java.util.Set;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import javax.xml.stream.util.StreamReaderDelegate;

/**
 * Shows JAXB a stack file as {@code <stack>} with elements {@code <layer>}, so that protocols that nobody has heard of at
 * compile time bind to one class; {@link #place} tells what the current element is called really.
 *
 * <p>Refuses everything that a stack file has no use for and that JAXB would pass over in silence, or should never see:
 * document types and entities, text, elements inside a protocol.
 */
final class ProtocolElements extends StreamReaderDelegate {

    static final String STACK = "stack";
    static final String LAYER = "layer";

    private static final Set<String> ROOTS = Set.of("config", STACK);
    private static final int MOST_PROTOCOLS = 1000;
    private static final int ROOT = 1;
    private static final int PROTOCOL = 2;

    private final String origin;
    private int depth;
    private int firstLine = 1;
    private String protocol;
    private int protocols;

    ProtocolElements(XMLStreamReader reader, String origin) {
        super(reader);
        this.origin = origin;
    }

    /** The element whose start tag has just been read. */
    ElementPlace place() {
        return new ElementPlace(super.getLocalName(), firstLine, line());
    }

    /** The line that has been read last, counted from 1. */
    int line() {
        return Math.max(1, getLocation().getLineNumber());
    }

    @Override
    public int next() throws XMLStreamException {
        // where the previous event ends, the next begins: there is always one for the blanks between two elements
        int begins = line();
        if (getEventType() == END_ELEMENT) {
            depth--;
        }
        int event = super.next();
        switch (event) {
            case START_ELEMENT -> enter(begins);
            case CHARACTERS, CDATA -> refuseText();
            case DTD -> throw refused(line(), "a document type (<!DOCTYPE …>) is not allowed, for it can declare "
                    + "entities that read files or use up the memory; remove it");
            case ENTITY_REFERENCE -> throw refused(line(), "entity &" + super.getLocalName()
                    + "; is not allowed; write its text, or a property ${name}");
            default -> { }
        }
        return event;
    }

    private void enter(int begins) {
        firstLine = begins;
        depth++;
        String name = super.getLocalName();
        if (depth == ROOT) {
            refuseRoot(name);
        } else if (depth == PROTOCOL) {
            protocol = name;
            protocols++;
            if (protocols > MOST_PROTOCOLS) {
                throw refused(begins, "the stack has more than " + MOST_PROTOCOLS
                        + " protocols, which no stack needs; is it the right file?");
            }
        } else {
            throw refused(begins, "element <" + name + "> stands inside of protocol " + protocol
                    + ", which takes attributes only; close <" + protocol + " …/> before it");
        }
    }

    private void refuseRoot(String name) {
        firstLine = 1;
        if (!ROOTS.contains(name)) {
            throw refused(line(), "the root element is <" + name + ">, expected <stack> or <config>; "
                    + "put the protocols into <stack> … </stack>");
        }
    }

    private void refuseText() {
        if (!isWhiteSpace()) {
            String text = getText().strip();
            String start = text.length() > 20 ? text.substring(0, 20) + "…" : text;
            int line = line() - (int) getText().stripLeading().chars().filter(c -> c == '\n').count();
            throw refused(line, "text '" + start.replace('\n', ' ') + "' stands between the protocols, expected elements "
                    + "only; remove it, or make it a comment <!-- … -->");
        }
    }

    private ConfigurationException refused(int line, String message) {
        return new ConfigurationException(origin + ":" + line + ": " + message);
    }

    @Override
    public String getLocalName() {
        return depth == ROOT ? STACK : LAYER;
    }

    @Override
    public String getNamespaceURI() {
        return "";
    }

    @Override
    public String getPrefix() {
        return "";
    }
}
