/** Protocols for failure detection, views and merging. */
module dev.muster.protocols.membership {
  requires transitive dev.muster.spi;
  requires org.slf4j;

  exports dev.muster.protocols.membership;
  exports dev.muster.protocols.membership.detection;

  provides dev.muster.spi.ProtocolProvider with
      dev.muster.protocols.membership.GroupMembership.Provider,
      dev.muster.protocols.membership.StateTransferProtocol.Provider,
      dev.muster.protocols.membership.PrimaryPartition.Provider,
      dev.muster.protocols.membership.detection.Fd.Provider,
      dev.muster.protocols.membership.detection.FdAll.Provider,
      dev.muster.protocols.membership.detection.FdSock.Provider,
      dev.muster.protocols.membership.detection.ObserverDetector.Provider,
      dev.muster.protocols.membership.detection.VerifySuspect.Provider;
}
