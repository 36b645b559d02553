/** Protocols for failure detection, views and merging. */
package dev.muster.protocols.membership;
