/** An application that picks Muster's modules one by one and builds its stack in code. */
module org.example.twomembers {
    requires dev.muster.api;
    requires dev.muster.protocols.discovery;
    requires dev.muster.protocols.membership;
    requires dev.muster.protocols.reliability;
    requires dev.muster.protocols.transport;

    // nobody calls it by name: it stands behind StackBuilder
    requires dev.muster.core;
}
