package dev.muster.it;

import dev.muster.api.Address;
import dev.muster.api.View;
import dev.muster.api.ViewId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a member in a process of its own says when it installs a view: {@code view COUNTER@CREATOR NAME:NAME MICROS}.
 *
 * @param id number of the view and identity of its creator
 * @param names of the members
 * @param micros when it was installed, by a clock that all processes of this machine share
 */
public record ToldView(String id, Set<String> names, long micros) {

    private static final String WORD = "view";
    private static final ToldView NONE = new ToldView("none", Set.of(), 0);

    /**
     * The view that a process told last.
     *
     * @param process of a member
     * @return a view of nobody if it has told none
     */
    public static ToldView of(ToldProcess process) {
        String text = process.told(WORD);
        if (text == null) {
            return NONE;
        }
        String[] parts = text.split(" ");
        return new ToldView(parts[0], Set.of(parts[1].split(":")), Long.parseLong(parts[2]));
    }

    /**
     * What a member is to say.
     *
     * @param view that it has installed
     * @param micros when
     * @return a line
     */
    public static String line(View view, long micros) {
        return WORD + " " + idOf(view.id()) + " "
                + view.members().stream().map(Address::name).collect(Collectors.joining(":")) + " " + micros;
    }

    /**
     * A view's id as text, the same at all members.
     *
     * @param id of the view
     * @return without spaces
     */
    public static String idOf(ViewId id) {
        return id.counter() + "@" + id.creator().id();
    }

    /**
     * The time of the clock that all processes of this machine share.
     *
     * @return microseconds since 1970
     */
    public static long now() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }
}
