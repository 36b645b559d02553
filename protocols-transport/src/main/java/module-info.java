/** Transports: TCP and UDP. */
module dev.muster.protocols.transport {
  requires transitive dev.muster.spi;
  requires org.slf4j;
}
