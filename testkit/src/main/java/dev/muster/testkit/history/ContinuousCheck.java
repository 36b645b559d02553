package dev.muster.testkit.history;

import dev.muster.api.View;
import dev.muster.api.ViewId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Looks at each view, each delivery and each state as it comes, for whatever can be told from it at once: V1, V2, V3, D1 to
 * D6, O1, M2 and I1; and V5 once faults have ceased for long enough. So a run can stop where a promise was broken, not where
 * it ends.
 */
final class ContinuousCheck {

    private final History history;
    private final List<Seen> lives = new ArrayList<>();
    private final Map<ViewId, List<Step>> successors = new HashMap<>();
    private final List<List<ViewId>> places = new ArrayList<>();
    private final Map<VirtualSynchrony.Step, VirtualSynchrony.Delivered> steps = new HashMap<>();
    private final Map<ViewId, MergeComposition.Origin> origins = new HashMap<>();
    private boolean converged;
    private PromiseBroken broken;

    /** What a life has been given so far. */
    private static final class Seen {
        private final MessageSet delivered = new MessageSet();
        private final LastPlaces lastToGroup = new LastPlaces();
        private final LastPlaces lastInView = new LastPlaces();
        private final LastPlaces lastUnicast = new LastPlaces();
        private Set<Long> inState = Set.of();
    }

    private record Step(View to, LifeHistory life) {}

    ContinuousCheck(History history) {
        this.history = history;
    }

    PromiseBroken broken() {
        return broken;
    }

    private void broken(String id, String what, LifeHistory... concerned) {
        if (broken == null) {
            broken = Promises.broken(id, history, what, concerned);
        }
    }

    private Promise.Violations violations(String id) {
        return (what, concerned) -> broken(id, what, concerned);
    }

    /** From now on there is one view, and it stays: nothing goes wrong any more. */
    void converged() {
        converged = true;
        Convergence.checkNow(history, violations("V5"));
    }

    /** Members leave because they are asked to, so views change again. */
    void partingBegins() {
        converged = false;
    }

    void installed(LifeHistory life, View before, View view) {
        seen(life).lastInView.clear();
        if (converged) {
            broken("V5", life + " installed " + view + " although faults had ceased for the stated time", life);
        }
        if (!view.contains(life.address())) {
            broken("V1", life + " installed " + view + " without being in it", life);
        }
        if (before == null) {
            return;
        }
        if (view.id().counter() <= before.id().counter()) {
            broken("V2", life + " installed " + view.id() + " after " + before.id(), life);
        }
        checkSuccession(life, before, view);
        MergeComposition.checkStep(life, life.views().size() - 1, origins, violations("D6"));
        checkDelivered(life, before, view);
    }

    private void checkSuccession(LifeHistory life, View before, View view) {
        List<Step> others = successors.computeIfAbsent(before.id(), unused -> new ArrayList<>());
        for (Step other : others) {
            if (!view.equals(other.to) && view.contains(other.life.address()) && other.to.contains(life.address())) {
                broken("V3", life + " went on to " + view + ", but " + other.life + " from the same view to " + other.to,
                        life, other.life);
            }
        }
        others.add(new Step(view, life));
    }

    /** What those who went the same way before have delivered, this one must have, too. */
    private void checkDelivered(LifeHistory life, View before, View view) {
        if (life.isIncomplete(life.views().size() - 2)) {
            return;
        }
        VirtualSynchrony.Delivered here = VirtualSynchrony.delivered(life, life.views().size() - 2);
        VirtualSynchrony.Delivered there = steps.putIfAbsent(new VirtualSynchrony.Step(before.id(), view.id()), here);
        if (there != null && !there.isSame(here)) {
            broken("D5", VirtualSynchrony.difference(here, there), life, there.life());
        }
    }

    void stateTaken(LifeHistory life, LifeHistory.StateTaken state) {
        StateCut.checkState(history, life, state, violations("M2"));
        seen(life).inState = Arrays.stream(state.messages()).boxed().collect(Collectors.toSet());
    }

    private Seen seen(LifeHistory life) {
        while (lives.size() <= life.id()) {
            lives.add(new Seen());
        }
        return lives.get(life.id());
    }

    void delivered(LifeHistory life, long entry) {
        int sender = MessageId.life(entry);
        int number = MessageId.number(entry);
        if (sender >= history.lives().size() || number < 0 || number >= history.lives().get(sender).sentCount()) {
            broken("D1", life + " was given " + MessageId.text(entry) + ", which nobody sent", life);
            return;
        }
        Seen seen = seen(life);
        if (!seen.delivered.add(entry)) {
            broken("D2", life + " was given " + MessageId.text(entry) + " twice", life);
        }
        LifeHistory source = history.lives().get(sender);
        if (LifeHistory.isGroupMessage(entry)) {
            checkGroupOrder(life, seen, source, entry);
            checkPlace(life, entry);
            if (seen.inState.contains(entry)) {
                broken("M2", life + " was given " + MessageId.text(entry) + ", which its state holds already", life);
            }
        } else if (!source.sentToGroup(number) && source.receiverOf(number) != life.id()) {
            broken("I1", life + " was given " + MessageId.text(entry) + ", meant for life " + source.receiverOf(number),
                    life, source);
        } else if (source.placeInStream(number) >= 0) {
            int last = seen.lastUnicast.put(sender, source.placeInStream(number));
            if (source.placeInStream(number) <= last) {
                broken("O1", life + " was given " + MessageId.text(entry) + ", number " + source.placeInStream(number)
                        + " from its sender to it, after number " + last, life);
            }
        }
    }

    private void checkGroupOrder(LifeHistory life, Seen seen, LifeHistory source, long entry) {
        int place = source.placeInStream(MessageId.number(entry));
        if (place < 0) {
            return;
        }
        int last = seen.lastToGroup.put(source.id(), place);
        int lastInView = seen.lastInView.put(source.id(), place);
        if (place <= last || lastInView >= 0 && place != lastInView + 1) {
            broken("O1", life + " was given " + MessageId.text(entry) + ", number " + place
                    + " of its sender, after number " + last, life);
        }
        if (source == life && place != last + 1 && !life.hasIncompleteViews()) {
            broken("D3", life + " was given its own message number " + place + " after number " + last
                    + ": what lies between is lost", life);
        }
    }

    private void checkPlace(LifeHistory life, long entry) {
        View view = life.lastView();
        if (view == null) {
            return;
        }
        while (places.size() <= MessageId.life(entry)) {
            places.add(new ArrayList<>());
        }
        List<ViewId> ofSender = places.get(MessageId.life(entry));
        int number = MessageId.number(entry);
        while (ofSender.size() <= number) {
            ofSender.add(null);
        }
        ViewId known = ofSender.get(number);
        if (known == null) {
            ofSender.set(number, view.id());
        } else if (!known.equals(view.id())) {
            broken("D4", MessageId.text(entry) + " was delivered in " + view.id() + " by " + life + ", in " + known
                    + " by another", life);
        }
    }

    void corruption(LifeHistory life, String what) {
        broken("D1", life + ": " + what, life);
    }
}
