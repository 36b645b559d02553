package dev.muster.api;

/** The channel is in no view: connect first, or again. Or its view may not act: wait for a majority. The message says which. */
public class NotConnectedException extends MusterException {

    private static final long serialVersionUID = 1L;

    /**
     * Create the exception.
     *
     * @param message where, what was, what was expected, remedy
     */
    public NotConnectedException(String message) {
        super(message);
    }

    /**
     * Create the exception.
     *
     * @param message where, what was, what was expected, remedy
     * @param cause what led to it
     */
    public NotConnectedException(String message, Throwable cause) {
        super(message, cause);
    }
}
