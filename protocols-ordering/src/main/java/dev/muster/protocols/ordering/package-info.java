/** Causal, total and safe order of group messages, each a layer of its own above membership and flow control. */
package dev.muster.protocols.ordering;
