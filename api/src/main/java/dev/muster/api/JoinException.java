package dev.muster.api;

/** The group could not be joined: nobody admitted this member in time, or its stack is refused. */
public class JoinException extends MusterException {

    private static final long serialVersionUID = 1L;

    /**
     * Create the exception.
     *
     * @param message where, what was, what was expected, remedy
     */
    public JoinException(String message) {
        super(message);
    }

    /**
     * Create the exception.
     *
     * @param message where, what was, what was expected, remedy
     * @param cause what led to it
     */
    public JoinException(String message, Throwable cause) {
        super(message, cause);
    }
}
