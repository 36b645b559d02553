/** The shipped stack on real sockets: loads that lock other toolkits up, members that come and go. */
package dev.muster.it;
