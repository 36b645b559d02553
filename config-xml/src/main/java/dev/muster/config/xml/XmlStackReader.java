package dev.muster.config.xml;

import dev.muster.api.ConfigurationException;
import dev.muster.api.LayerDefinition;
import dev.muster.api.StackDefinition;
import dev.muster.spi.StackReader;
import jakarta.xml.bind.JAXBContext;
import jakarta.xml.bind.JAXBException;
import jakarta.xml.bind.Unmarshaller;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;

/**
 * Reads stacks from files {@code *.xml}.
 *
 * <pre>{@code
 * <stack>
 *     <TCP start_port="${muster.start_port:7800}"/>
 *     <TCPPING initial_hosts="127.0.0.1[7800],127.0.0.1[7801]"/>
 *     …
 * </stack>
 * }</pre>
 *
 * <p>The root is {@code <stack>} or {@code <config>}; its attributes are options of the whole stack. Each element is a
 * protocol, transport first; each attribute a setting. Namespaces of elements and attributes {@code xmlns} and
 * {@code xsi:*} are passed over. Values may hold {@code ${property:default}}, looked for in the properties handed in, the
 * system properties and the environment. Document types and entities are refused.
 *
 * <p>Names and values are checked later, against the protocols that are installed; origins such as {@code orders.xml:4}
 * stay with them. Safe for use by several threads.
 */
public final class XmlStackReader implements StackReader {

    /** Larger than any stack that people write, small enough to keep in memory. */
    private static final int MOST_BYTES = 1 << 20;

    private static final Set<String> NAMED = new TreeSet<>(Set.of("default", "udp"));

    private static final Set<String> PASSED_OVER = Set.of("http://www.w3.org/2001/XMLSchema-instance",
            "http://www.w3.org/XML/1998/namespace");

    private final Function<String, String> system;
    private final Function<String, String> environment;

    /** Create a reader that looks into the system properties and the environment of this process. */
    public XmlStackReader() {
        this(System::getProperty, System::getenv);
    }

    XmlStackReader(Function<String, String> system, Function<String, String> environment) {
        this.system = system;
        this.environment = environment;
    }

    @Override
    public boolean reads(String fileName) {
        return fileName.toLowerCase(Locale.ROOT).endsWith(".xml");
    }

    @Override
    public Set<String> named() {
        return Collections.unmodifiableSet(NAMED);
    }

    @Override
    public Optional<InputStream> open(String name) {
        return NAMED.contains(name)
                ? Optional.ofNullable(XmlStackReader.class.getResourceAsStream(name + ".xml")) : Optional.empty();
    }

    @Override
    public StackDefinition read(InputStream source, String origin, Map<String, String> properties) {
        Objects.requireNonNull(properties, "properties");
        byte[] bytes = bytes(source, origin);
        StackElement stack = unmarshal(bytes, origin);
        if (stack.layers.isEmpty()) {
            throw new ConfigurationException(origin + ":" + stack.place.lastLine() + ": <" + stack.place.name()
                    + "> has no protocol; put elements such as <TCP/> into it, transport first");
        }
        AttributeReader attributes =
                new AttributeReader(origin, bytes, new Substitution(properties, system, environment), PASSED_OVER);
        List<LayerDefinition> layers = new ArrayList<>();
        for (LayerElement layer : stack.layers) {
            layers.add(new LayerDefinition(layer.place.name(), attributes.read(layer.place, layer.attributes),
                    origin + ":" + layer.place.firstLine()));
        }
        return new StackDefinition(origin, layers, attributes.read(stack.place, stack.attributes));
    }

    private static byte[] bytes(InputStream source, String origin) {
        byte[] bytes;
        try {
            bytes = source.readNBytes(MOST_BYTES + 1);
        } catch (IOException e) {
            throw new ConfigurationException(origin + ": can't be read: " + e.getMessage(), e);
        }
        if (bytes.length > MOST_BYTES) {
            throw new ConfigurationException(origin + ": has more than 1 MiB, which no stack needs; is it the right file?");
        }
        if (new String(bytes, StandardCharsets.ISO_8859_1).isBlank()) {
            throw new ConfigurationException(origin + ":1: the file is empty, expected <stack> with a protocol per element");
        }
        return bytes;
    }

    private static StackElement unmarshal(byte[] bytes, String origin) {
        ProtocolElements elements = null;
        try {
            elements = new ProtocolElements(
                    inputFactory().createXMLStreamReader(new ByteArrayInputStream(bytes)), origin);
            Unmarshaller unmarshaller = Binding.CONTEXT.createUnmarshaller();
            unmarshaller.setListener(new PlaceKeeper(elements));
            StackElement stack = (StackElement) unmarshaller.unmarshal(elements);
            while (elements.hasNext()) {
                elements.next();
            }
            return stack;
        } catch (XMLStreamException e) {
            throw Malformed.at(origin, e);
        } catch (JAXBException e) {
            if (e.getLinkedException() instanceof XMLStreamException cause) {
                throw Malformed.at(origin, cause);
            }
            throw new ConfigurationException(origin + ":" + elements.line() + ": can't be read as a stack: " + e, e);
        } catch (ConfigurationException e) {
            throw e;
        } catch (RuntimeException e) {
            // the JDK's parser trips over some broken files, for it lacks the texts of its own messages
            throw new ConfigurationException(origin + ":" + (elements == null ? 1 : elements.line())
                    + ": is no well-formed XML, and the parser can't say why: " + e, e);
        }
    }

    private static XMLInputFactory inputFactory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        // one event per text, so that a refused one is named from its beginning
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        return factory;
    }

    /** Takes most of a tenth of a second, so it is made when the first file is read, once. */
    private static final class Binding {
        static final JAXBContext CONTEXT = create();

        private Binding() {}

        private static JAXBContext create() {
            try {
                return JAXBContext.newInstance(StackElement.class, LayerElement.class);
            } catch (JAXBException e) {
                throw new ConfigurationException("XML can't be read, for no implementation of JAXB works here; add the "
                        + "artifact org.glassfish.jaxb:jaxb-runtime, as muster-config-xml's pom does: " + e, e);
            }
        }
    }

    /** Notes where each element begins, for JAXB itself forgets it. */
    private static final class PlaceKeeper extends Unmarshaller.Listener {
        private final ProtocolElements elements;

        PlaceKeeper(ProtocolElements elements) {
            this.elements = elements;
        }

        @Override
        public void beforeUnmarshal(Object target, Object parent) {
            if (target instanceof StackElement stack) {
                stack.place = elements.place();
            } else if (target instanceof LayerElement layer) {
                layer.place = elements.place();
            }
        }
    }
}
