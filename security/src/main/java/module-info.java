/** Keys, and the protocol that encrypts and authenticates everything a stack sends. */
module dev.muster.security {
    requires transitive dev.muster.spi;
    requires org.slf4j;

    exports dev.muster.security;

    provides dev.muster.spi.ProtocolProvider with
        dev.muster.security.Encrypt.Provider;
}
