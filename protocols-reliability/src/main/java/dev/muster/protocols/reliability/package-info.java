/** Protocols for reliable, ordered, flow-controlled delivery. */
package dev.muster.protocols.reliability;
