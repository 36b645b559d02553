/** Protocols for failure detection, views and merging. */
module dev.muster.protocols.membership {
  requires transitive dev.muster.spi;
  requires org.slf4j;
}
