/** Groups over hosts with network stacks of their own. */
package dev.muster.it.hosts;
