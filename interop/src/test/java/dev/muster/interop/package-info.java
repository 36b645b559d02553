/** What we say of others' wires, tried with the others. */
package dev.muster.interop;
