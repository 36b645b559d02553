package dev.muster.testkit.history;

/** Checks Q1: no member can make the memory of another grow without bound. */
public final class BoundedMemory implements Promise {

    /** Create the check. */
    public BoundedMemory() {}

    @Override
    public String id() {
        return "Q1";
    }

    @Override
    public String says() {
        return "no member can make the memory of another grow without bound";
    }

    @Override
    public void check(History history, Violations violations) {
        history.excesses().forEach(violations::add);
    }
}
