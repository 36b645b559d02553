/** Protocols that find the first members of a group. */
module dev.muster.protocols.discovery {
  requires transitive dev.muster.spi;
  requires org.slf4j;
}
