package dev.muster.testkit.simulation;

import dev.muster.api.Address;
import dev.muster.api.MergeView;
import dev.muster.api.View;
import java.util.ArrayList;
import java.util.List;

/** A view in words: what is new in it, so that a story of many members stays readable. */
final class ViewStory {

    private static final int NAMED = 12;

    private ViewStory() {}

    static String of(View before, View now) {
        StringBuilder text = new StringBuilder(now instanceof MergeView ? "merge view " : "view ")
                .append(now.id()).append(" of ").append(now.size());
        if (before == null || now.size() <= NAMED) {
            text.append(": ").append(named(now.members()));
        }
        if (before != null) {
            append(text, "; came: ", missing(now, before));
            append(text, "; gone: ", missing(before, now));
        }
        if (now instanceof MergeView merge) {
            merge.subgroups().forEach(group -> text.append("; from ").append(group.from()).append(": ")
                    .append(named(group.members())));
        }
        return text.toString();
    }

    private static List<Address> missing(View from, View in) {
        List<Address> missing = new ArrayList<>(from.members());
        missing.removeIf(in::contains);
        return missing;
    }

    private static void append(StringBuilder text, String what, List<Address> members) {
        if (!members.isEmpty()) {
            text.append(what).append(named(members));
        }
    }

    private static String named(List<Address> members) {
        return members.size() <= NAMED ? members.toString()
                : members.subList(0, NAMED) + " and " + (members.size() - NAMED) + " more";
    }
}
