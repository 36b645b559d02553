package dev.muster.config.xml;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAnyAttribute;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlRootElement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.namespace.QName;

/** The root element as JAXB sees it, whatever it is called in the file. */
@XmlRootElement(name = ProtocolElements.STACK)
@XmlAccessorType(XmlAccessType.NONE)
final class StackElement {

    @XmlAnyAttribute
    final Map<QName, String> attributes = new LinkedHashMap<>();

    @XmlElement(name = ProtocolElements.LAYER)
    final List<LayerElement> layers = new ArrayList<>();

    ElementPlace place;

    StackElement() {}
}
