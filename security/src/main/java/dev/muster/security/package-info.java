/** Keys, and the protocol ENCRYPT. */
package dev.muster.security;
