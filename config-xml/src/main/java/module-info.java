/**
 * Reads a stack from XML, and ships the stack {@code default}.
 *
 * <p>Nobody needs to require it: the stack builder finds it as a service. The one module that knows JAXB.
 */
module dev.muster.config.xml {
    requires transitive dev.muster.spi;
    requires jakarta.xml.bind;
    requires java.xml;

    exports dev.muster.config.xml;

    // JAXB passes this on to its implementation, for the packages of the classes that the context is made of: keep all
    // bound classes in this one
    opens dev.muster.config.xml to jakarta.xml.bind;

    provides dev.muster.spi.StackReader with dev.muster.config.xml.XmlStackReader;
}
