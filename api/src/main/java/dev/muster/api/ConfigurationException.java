package dev.muster.api;

/** The stack can't work as configured: change the configuration. The message names place, value, expectation and remedy. */
public class ConfigurationException extends MusterException {

    private static final long serialVersionUID = 1L;

    /**
     * Create the exception.
     *
     * @param message where, what was, what was expected, remedy
     */
    public ConfigurationException(String message) {
        super(message);
    }

    /**
     * Create the exception.
     *
     * @param message where, what was, what was expected, remedy
     * @param cause what led to it
     */
    public ConfigurationException(String message, Throwable cause) {
        super(message, cause);
    }
}
