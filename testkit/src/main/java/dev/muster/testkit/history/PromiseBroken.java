package dev.muster.testkit.history;

/** A promise was not kept. The message names it, how to get there again, who was concerned, and what happened to them last. */
public final class PromiseBroken extends AssertionError {

    private static final long serialVersionUID = 1L;

    private final String id;

    PromiseBroken(String id, String message) {
        super(message);
        this.id = id;
    }

    /**
     * The promise.
     *
     * @return such as {@code D5}
     */
    public String id() {
        return id;
    }
}
