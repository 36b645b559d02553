package dev.muster.spi.router;

import dev.muster.spi.Event;

/**
 * ↑ by a transport through routers, before {@link Event.TransportReady}: it registers this member. A discovery by the same
 * routers only asks them then, for the last registration of a member counts, and packets would go to the discovery.
 */
public record RegisteredByTransport() implements Event.Custom {}
