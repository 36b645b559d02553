/** The router: routing as a pure state machine, and the sockets around it. */
package dev.muster.router;
