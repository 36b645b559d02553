/** Transports: TCP and UDP. */
package dev.muster.protocols.transport;
