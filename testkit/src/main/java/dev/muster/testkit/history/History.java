package dev.muster.testkit.history;

import dev.muster.api.Address;
import dev.muster.api.View;
import dev.muster.api.ViewId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What happened to all lives of all members of a group. For one thread. */
public final class History {

    private final String origin;
    private final List<LifeHistory> lives = new ArrayList<>();
    private final Map<Address, LifeHistory> byAddress = new HashMap<>();
    private final Map<ViewId, View> views = new HashMap<>();
    private final List<String> excesses = new ArrayList<>();
    private boolean settled;
    private Duration lastSend = Duration.ZERO;
    private ContinuousCheck watch;

    /**
     * Create an empty history.
     *
     * @param origin how to get it again, such as {@code seed 17}
     */
    public History(String origin) {
        this.origin = origin;
    }

    /**
     * A life begins.
     *
     * @param name for people
     * @return its history
     */
    public LifeHistory begin(String name) {
        LifeHistory life = new LifeHistory(this, lives.size(), name);
        lives.add(life);
        return life;
    }

    /**
     * Say that faults have ceased and the time in which everything has to be in order again has passed: from here on
     * convergence and completeness are promised, too.
     *
     * @param upTo messages sent later than this need not have come yet
     */
    public void settled(Duration upTo) {
        settled = true;
        lastSend = upTo;
    }

    /**
     * Say that faults have ceased for as long as a group may need to be in one view again: from here on there is one, and it
     * stays. Only for who watches.
     */
    public void converged() {
        if (watch != null) {
            watch.converged();
        }
    }

    /** Say that members are asked to leave from here on, one after the other. Only for who watches. */
    public void partingBegins() {
        if (watch != null) {
            watch.partingBegins();
        }
    }

    /** From now on look at every view and every delivery as it comes; {@link #broken} tells what was found. */
    public void watchEverything() {
        watch = new ContinuousCheck(this);
    }

    /**
     * The first broken promise found by watching.
     *
     * @return null if there is none, or nobody watches
     */
    public PromiseBroken broken() {
        return watch == null ? null : watch.broken();
    }

    ContinuousCheck watch() {
        return watch;
    }

    boolean isSettled() {
        return settled;
    }

    long lastSendNanos() {
        return lastSend.toNanos();
    }

    /**
     * Something was found to be larger than any bound allows.
     *
     * @param what and where, how large, and what the bound is
     */
    public void excess(String what) {
        excesses.add(what);
    }

    List<String> excesses() {
        return excesses;
    }

    /**
     * How to get this history again.
     *
     * @return as given
     */
    public String origin() {
        return origin;
    }

    /**
     * All lives.
     *
     * @return in the order in which they began
     */
    public List<LifeHistory> lives() {
        return lives;
    }

    /**
     * Lives that have not ended.
     *
     * @return in the order in which they began
     */
    public List<LifeHistory> running() {
        return lives.stream().filter(LifeHistory::isRunning).toList();
    }

    /**
     * The life with an address.
     *
     * @param address the address
     * @return null if there is none
     */
    public LifeHistory of(Address address) {
        return byAddress.get(address);
    }

    /** Tell whether an entry is a group message that was sent, and not out of band: one that orders speak of. */
    boolean hasPlace(long entry) {
        if (entry < 0 || !LifeHistory.isGroupMessage(entry) || MessageId.life(entry) >= lives.size()) {
            return false;
        }
        LifeHistory sender = lives.get(MessageId.life(entry));
        int number = MessageId.number(entry);
        return number < sender.sentCount() && sender.placeInStream(number) >= 0;
    }

    void known(LifeHistory life) {
        LifeHistory other = byAddress.putIfAbsent(life.address(), life);
        if (other != null && other != life) {
            life.corruption("has the address of " + other);
        }
    }

    /** One object per view, so that long histories of many members stay small; only where content is equal, too. */
    View interned(View view) {
        View known = views.putIfAbsent(view.id(), view);
        return known != null && known.members().equals(view.members()) && known.getClass() == view.getClass() ? known : view;
    }
}
