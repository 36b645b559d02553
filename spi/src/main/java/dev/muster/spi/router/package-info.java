/**
 * The wire protocol of routers, as JGroups 5.4.4 and later speaks it, and a client of it: what a router, a transport through
 * routers and a discovery by routers have in common.
 *
 * <p>A foreign wire: nothing of it is encrypted or authenticated by itself. Beyond loopback its streams are sealed with the
 * group's key (ENCRYPT, and a router that has it) or encrypted by TLS, or it needs insecure mode.
 */
package dev.muster.spi.router;
