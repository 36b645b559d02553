/** Runs a stack: loop, outbox, inbox, assembly. */
module dev.muster.core {
  requires transitive dev.muster.spi;
  requires org.slf4j;
}
