/** Runs stacks: the loop, the outbox, the inbox, assembly. The only module that looks for providers. */
module dev.muster.core {
    requires transitive dev.muster.api;
    requires transitive dev.muster.spi;
    requires static java.management;
    requires org.slf4j;

    exports dev.muster.core;

    uses dev.muster.spi.ProtocolProvider;
    uses dev.muster.spi.StackReader;

    provides dev.muster.api.ChannelFactory with dev.muster.core.InstalledChannelFactory;
}
