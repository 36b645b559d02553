package dev.muster.api;

/** Base of everything Muster throws on purpose. Subclasses differ by what the caller can do. */
public class MusterException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Create the exception.
     *
     * @param message where, what was, what was expected, remedy
     */
    public MusterException(String message) {
        super(message);
    }

    /**
     * Create the exception.
     *
     * @param message where, what was, what was expected, remedy
     * @param cause what led to it
     */
    public MusterException(String message, Throwable cause) {
        super(message, cause);
    }
}
