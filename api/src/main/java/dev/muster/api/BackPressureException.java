package dev.muster.api;

/** The stack can't take more now: slow down and try again later. The message was not sent. */
public class BackPressureException extends MusterException {

    private static final long serialVersionUID = 1L;

    /**
     * Create the exception.
     *
     * @param message where, what was, what was expected, remedy
     */
    public BackPressureException(String message) {
        super(message);
    }

    /**
     * Create the exception.
     *
     * @param message where, what was, what was expected, remedy
     * @param cause what led to it
     */
    public BackPressureException(String message, Throwable cause) {
        super(message, cause);
    }
}
