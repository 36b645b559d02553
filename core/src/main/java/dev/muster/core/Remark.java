package dev.muster.core;

/**
 * Something about a stack that is no mistake, and that whoever wrote it wants to know.
 *
 * @param isWarning whether something may not work as it was meant to
 * @param text where, what, and why; one line
 */
record Remark(boolean isWarning, String text) {

    static Remark explanation(String text) {
        return new Remark(false, text);
    }

    static Remark warning(String text) {
        return new Remark(true, text);
    }
}
