/** Protocols that order group messages across senders: causal, total, safe. */
module dev.muster.protocols.ordering {
  requires transitive dev.muster.spi;

  exports dev.muster.protocols.ordering;

  provides dev.muster.spi.ProtocolProvider with
      dev.muster.protocols.ordering.Causal.Provider,
      dev.muster.protocols.ordering.Sequencer.Provider,
      dev.muster.protocols.ordering.Safe.Provider;
}
