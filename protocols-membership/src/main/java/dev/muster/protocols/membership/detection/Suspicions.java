package dev.muster.protocols.membership.detection;

import dev.muster.api.Address;
import dev.muster.api.View;
import dev.muster.spi.Context;
import dev.muster.spi.Event;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What a detector has told the layers above. A suspicion is told again after a while as long as it holds, in case nobody
 * could act on it, and at once when it has become certain.
 */
final class Suspicions {

    private record Told(Event.Evidence evidence, long nanos) {}

    private final Context context;
    private final long againNanos;
    private final Map<Address, Told> told = new LinkedHashMap<>();

    Suspicions(Context context, long againNanos) {
        this.context = context;
        this.againNanos = againNanos;
    }

    /** Tell that a member is suspected; true if that was news, or due again. */
    boolean tell(Address member, Event.Evidence evidence) {
        Told before = told.get(member);
        boolean firmer = before != null && evidence.isCertain() && !before.evidence().isCertain();
        boolean due = before == null || firmer || context.nowNanos() - before.nanos() > againNanos;
        if (due) {
            told.put(member, new Told(evidence, context.nowNanos()));
            context.counter("suspicions_" + evidence.name().toLowerCase(Locale.ROOT)).increment();
            context.emitUp(new Event.Suspected(member, evidence));
        }
        return due;
    }

    /** Take back what does not hold any more. */
    void takeBack(Predicate<Address> isWell) {
        for (Address member : List.copyOf(told.keySet())) {
            if (isWell.test(member)) {
                told.remove(member);
                context.emitUp(new Event.Unsuspected(member));
            }
        }
    }

    /** Forget, without a word, those who are not in a view. */
    void keepOnly(View view) {
        told.keySet().removeIf(member -> !view.contains(member));
    }
}
