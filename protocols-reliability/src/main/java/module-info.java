/** Protocols for reliable, ordered, flow-controlled delivery. */
module dev.muster.protocols.reliability {
  requires transitive dev.muster.spi;
  requires org.slf4j;

  exports dev.muster.protocols.reliability;

  provides dev.muster.spi.ProtocolProvider with
      dev.muster.protocols.reliability.Nakack.Provider,
      dev.muster.protocols.reliability.Unicast.Provider,
      dev.muster.protocols.reliability.Stable.Provider,
      dev.muster.protocols.reliability.FlowControl.Provider,
      dev.muster.protocols.reliability.MulticastFlowControl.Provider,
      dev.muster.protocols.reliability.UnicastFlowControl.Provider,
      dev.muster.protocols.reliability.Fragmentation.Provider;
}
