/** The router: a process through which members meet that can't reach one another, or don't know where the others are. */
module dev.muster.router {
    requires transitive dev.muster.spi;
    requires dev.muster.core;
    requires dev.muster.security;
    requires org.slf4j;

    exports dev.muster.router;
}
