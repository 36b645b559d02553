package dev.muster.config.xml;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAnyAttribute;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.xml.namespace.QName;

/** The element of any protocol as JAXB sees it: attributes of any name. */
@XmlAccessorType(XmlAccessType.NONE)
final class LayerElement {

    // in the order of the file: the map that JAXB would make has none
    @XmlAnyAttribute
    final Map<QName, String> attributes = new LinkedHashMap<>();

    ElementPlace place;

    LayerElement() {}
}
