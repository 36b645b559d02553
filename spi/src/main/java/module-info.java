/**
 * What an author of protocols imports: the protocol, its context, packets, events, settings and the environment.
 *
 * <p>A protocol written against this module alone can be put into any stack, by type from code and by name from XML.
 */
module dev.muster.spi {
    requires transitive dev.muster.api;

    exports dev.muster.spi;
    exports dev.muster.spi.router;
    exports dev.muster.spi.tls;
}
