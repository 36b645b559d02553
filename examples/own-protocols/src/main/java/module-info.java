/** Protocols of a third party: a discovery and a failure detector, written against Muster's spi alone. */
module com.example.acme {
    requires transitive dev.muster.spi;

    exports com.example.acme;

    provides dev.muster.spi.ProtocolProvider with
            com.example.acme.AcmeList.Provider,
            com.example.acme.AcmePing.Provider;
}
