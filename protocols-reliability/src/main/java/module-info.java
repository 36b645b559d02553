/** Protocols for reliable, ordered, flow-controlled delivery. */
module dev.muster.protocols.reliability {
  requires transitive dev.muster.spi;
  requires org.slf4j;
}
