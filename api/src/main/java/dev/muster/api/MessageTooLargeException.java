package dev.muster.api;

/** The stack can't carry a payload of this size: send smaller ones, or add FRAG2. */
public class MessageTooLargeException extends MusterException {

    private static final long serialVersionUID = 1L;

    /**
     * Create the exception.
     *
     * @param message where, what was, what was expected, remedy
     */
    public MessageTooLargeException(String message) {
        super(message);
    }

    /**
     * Create the exception.
     *
     * @param message where, what was, what was expected, remedy
     * @param cause what led to it
     */
    public MessageTooLargeException(String message, Throwable cause) {
        super(message, cause);
    }
}
