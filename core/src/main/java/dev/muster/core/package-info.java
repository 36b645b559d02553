/** Runs a stack: loop, outbox, inbox, assembly. */
package dev.muster.core;
