/** Protocols that notice failed members, and the one that makes sure of it. */
package dev.muster.protocols.membership.detection;
