/** States much larger than the heap of those who give and take them, in processes of their own, under load. */
package dev.muster.it.state;
