package dev.muster.api;

/** What becomes of names in a stack that nobody here knows. */
public enum Compatibility {

    /** They are mistakes: the stack is refused, with the nearest name that is known. */
    STRICT,

    /** They are passed over with a warning each: for stacks that were written for another toolkit. */
    LENIENT
}
