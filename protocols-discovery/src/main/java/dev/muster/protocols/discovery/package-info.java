/** Protocols that find the first members of a group. */
package dev.muster.protocols.discovery;
