package dev.muster.api;

/** The state could not be fetched: ask again, or go on without. */
public class StateTransferException extends MusterException {

    private static final long serialVersionUID = 1L;

    /**
     * Create the exception.
     *
     * @param message where, what was, what was expected, remedy
     */
    public StateTransferException(String message) {
        super(message);
    }

    /**
     * Create the exception.
     *
     * @param message where, what was, what was expected, remedy
     * @param cause what led to it
     */
    public StateTransferException(String message, Throwable cause) {
        super(message, cause);
    }
}
