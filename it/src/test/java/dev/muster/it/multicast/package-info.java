/** Groups over IP multicast on the loopback interface of this machine: no route for it, no privilege. */
package dev.muster.it.multicast;
