/** The shipped stack on real sockets: loads that lock other toolkits up, and processes that are killed. */
package dev.muster.it;
