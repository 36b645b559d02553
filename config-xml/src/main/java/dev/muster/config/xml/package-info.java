/** Reads a stack from XML. */
package dev.muster.config.xml;
