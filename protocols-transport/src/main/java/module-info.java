/** Transports: TCP, UDP, TUNNEL and LOOPBACK. */
module dev.muster.protocols.transport {
  requires transitive dev.muster.spi;
  requires org.slf4j;

  exports dev.muster.protocols.transport;

  provides dev.muster.spi.ProtocolProvider with
      dev.muster.protocols.transport.LoopbackTransport.Provider,
      dev.muster.protocols.transport.TcpTransport.Provider,
      dev.muster.protocols.transport.TunnelTransport.Provider,
      dev.muster.protocols.transport.UdpTransport.Provider;
}
