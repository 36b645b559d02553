/** Reads a stack from XML. */
module dev.muster.config.xml {
  requires transitive dev.muster.api;
  requires dev.muster.spi;
  requires jakarta.xml.bind;
}
