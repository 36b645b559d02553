/** Stacks written in XML: {@code <stack>} or {@code <config>}, one element per protocol, one attribute per setting. */
package dev.muster.config.xml;
