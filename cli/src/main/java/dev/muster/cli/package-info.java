/** The muster command. */
package dev.muster.cli;
