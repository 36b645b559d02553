/** Messages that just fit into the memory of the processes that send and receive them. */
package dev.muster.it.large;
