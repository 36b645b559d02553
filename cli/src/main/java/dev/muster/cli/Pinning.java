package dev.muster.cli;

import java.io.IOException;
import java.util.List;

/** On which cores the members of a run are allowed to be. */
enum Pinning {

    /** Wherever the system puts them. */
    NONE("not pinned"),
    /** All on the first core: nobody can be woken on another one. */
    ONE("all on one core"),
    /** In turn on the first and the second: every message crosses. */
    ACROSS("across two cores");

    private final String text;

    Pinning(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    /** What to put before the command of a member. */
    List<String> prefix(int member) {
        return switch (this) {
            case NONE -> List.of();
            case ONE -> List.of("taskset", "-c", "0");
            case ACROSS -> List.of("taskset", "-c", String.valueOf(member % 2));
        };
    }

    /** Whether this machine can do that. */
    boolean isPossible() {
        try {
            return this == NONE
                    || new ProcessBuilder("taskset", "-c", this == ONE ? "0" : "0,1", "true").inheritIO().start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
