/** Protocols that find the first members of a group. */
module dev.muster.protocols.discovery {
  requires transitive dev.muster.spi;
  requires org.slf4j;

  exports dev.muster.protocols.discovery;

  provides dev.muster.spi.ProtocolProvider with
      dev.muster.protocols.discovery.MPing.Provider,
      dev.muster.protocols.discovery.Merge2.Provider,
      dev.muster.protocols.discovery.Ping.Provider,
      dev.muster.protocols.discovery.TcpGossip.Provider,
      dev.muster.protocols.discovery.TcpPing.Provider;
}
