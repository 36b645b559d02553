package dev.muster.testkit.history;

import dev.muster.spi.Capability;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All promises that are checked, and which stack makes which of them. */
public final class Promises {

    private static final int TAIL = 25;
    private static final int SHOWN = 5;

    private static final List<Promise> ALL = List.of(new SelfInclusion(), new GrowingViewIds(), new AgreedSuccession(),
            new NothingInvented(), new AtMostOnce(), new SameViewDelivery(), new SenderOrder(), new VirtualSynchrony(),
            new MergeComposition(), new NewLifeNewIdentity(), new StateCut(), new Convergence(), new OwnMessages(),
            new Completeness(), new BoundedMemory());

    /** Of a stack that knows primary views. */
    public static final Capability PRIMARY_PARTITION = new Capability("primary-partition");

    private static final Map<Capability, List<Promise>> BY_CAPABILITY = Map.of(
            new Capability("causal-order"), List.of(new CausalDelivery()),
            new Capability("total-order"), List.of(new AgreedOrder()),
            new Capability("safe-delivery"), List.of(new SafeDelivery()),
            PRIMARY_PARTITION, List.of(new PrimaryChain()));

    private Promises() {}

    /**
     * What every stack promises.
     *
     * @return safety first
     */
    public static List<Promise> all() {
        return ALL;
    }

    /**
     * What a stack promises: what every stack does, and what some of its protocols are there for. Whoever puts {@code CAUSAL}
     * into a stack is promised O2, without having to ask that it be checked.
     *
     * @param capabilities what the protocols of the stack provide
     * @return safety first
     */
    public static List<Promise> of(Set<Capability> capabilities) {
        List<Promise> all = new ArrayList<>(ALL);
        BY_CAPABILITY.entrySet().stream().filter(entry -> capabilities.contains(entry.getKey()))
                .flatMap(entry -> entry.getValue().stream()).sorted(Comparator.comparing(Promise::id)).forEach(all::add);
        return List.copyOf(all);
    }

    /**
     * Check all promises.
     *
     * @param history what happened
     * @throws PromiseBroken for the first one that was not kept
     */
    public static void check(History history) {
        ALL.forEach(promise -> check(promise, history));
    }

    /**
     * Check one promise.
     *
     * @param promise which
     * @param history what happened
     * @throws PromiseBroken if it was not kept
     */
    public static void check(Promise promise, History history) {
        Set<LifeHistory> concerned = new LinkedHashSet<>();
        StringBuilder findings = new StringBuilder();
        int[] count = {0};
        promise.check(history, (what, lives) -> {
            if (count[0]++ < SHOWN) {
                findings.append("\n  - ").append(what);
                concerned.addAll(List.of(lives));
            }
        });
        if (count[0] > 0) {
            throw new PromiseBroken(promise.id(), text(promise, history, concerned, findings, count[0]));
        }
    }

    /** A finding of one promise, right where it was made. */
    static PromiseBroken broken(String id, History history, String what, LifeHistory... concerned) {
        Promise promise = ALL.stream().filter(one -> one.id().equals(id)).findFirst().orElseThrow();
        return new PromiseBroken(id, text(promise, history, new LinkedHashSet<>(List.of(concerned)), "\n  - " + what, 1));
    }

    private static String text(Promise promise, History history, Set<LifeHistory> concerned, CharSequence findings,
            int count) {
        StringBuilder text = new StringBuilder(promise.id() + " broken in " + history.origin() + ": " + promise.says()
                + "; " + count + " violations:" + findings + "\n  members: " + history.lives());
        int shown = 0;
        for (LifeHistory life : concerned) {
            if (shown++ < 4) {
                text.append("\n    ").append(life).append(life.tail(TAIL));
            }
        }
        return text.toString();
    }
}
