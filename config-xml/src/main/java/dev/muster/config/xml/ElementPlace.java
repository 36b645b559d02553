package dev.muster.config.xml;

/**
 * Where an element stands and what it is called there.
 *
 * @param name local name in the file
 * @param firstLine line of its first character, counted from 1
 * @param lastLine line on which its start tag ends
 */
record ElementPlace(String name, int firstLine, int lastLine) {}
