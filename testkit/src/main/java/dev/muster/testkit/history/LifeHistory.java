package dev.muster.testkit.history;

import dev.muster.api.Address;
import dev.muster.api.View;
import dev.muster.api.ViewId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What happened to one life of a member, in order: views it installed, messages it was given, messages it sent. For one
 * thread.
 */
public final class LifeHistory {

    /**
     * A state that this life was given.
     *
     * @param provider life that gave it
     * @param providerPosition how much had happened to the provider when it took the snapshot
     * @param position how much had happened to this life when the state was set
     * @param messages ids of the messages in the state
     */
    record StateTaken(int provider, int providerPosition, int position, long[] messages) {}

    private final History history;
    private final int id;
    private final String name;
    private final LongList times = new LongList();
    private final LongList entries = new LongList();
    private final List<View> views = new ArrayList<>();
    private final List<Integer> viewPositions = new ArrayList<>();
    private final SentMessages sent = new SentMessages();
    private final List<StateTaken> states = new ArrayList<>();
    private final List<View> primaryViews = new ArrayList<>();
    private final List<String> corruptions = new ArrayList<>();
    private final Set<Integer> incompleteViews = new HashSet<>();
    private Address address;
    private String ending;
    private boolean awaitsState;

    LifeHistory(History history, int id, String name) {
        this.history = history;
        this.id = id;
        this.name = name;
    }

    /**
     * Number of the life.
     *
     * @return from 0, in the order in which lives began
     */
    public int id() {
        return id;
    }

    /**
     * Its name.
     *
     * @return as given when it began
     */
    public String name() {
        return name;
    }

    /**
     * Its address.
     *
     * @return null as long as nobody said
     */
    public Address address() {
        return address;
    }

    /**
     * Say which address it has.
     *
     * @param value the address
     */
    public void address(Address value) {
        address = value;
        history.known(this);
    }

    /**
     * A view was installed.
     *
     * @param now time since the start
     * @param view the view
     */
    public void installed(Duration now, View view) {
        View before = lastView();
        if (awaitsState && before != null) {
            incompleteViews.add(views.size() - 1);
        }
        viewPositions.add(entries.size());
        views.add(history.interned(view));
        times.add(now.toNanos());
        entries.add(-views.size());
        if (history.watch() != null) {
            history.watch().installed(this, before, lastView());
        }
    }

    /**
     * A view was found to be the primary one, by a protocol that knows such views.
     *
     * @param view the view
     */
    public void foundPrimary(View view) {
        primaryViews.add(view);
    }

    /**
     * Views it found to be primary.
     *
     * @return in order
     */
    public List<View> primaryViews() {
        return primaryViews;
    }

    /**
     * A message is about to be sent.
     *
     * @param now time since the start
     * @param destination null for the group
     * @return its number
     */
    public int sending(Duration now, Address destination) {
        LifeHistory receiver = destination == null ? null : history.of(destination);
        return sent.add(now.toNanos(), receiver == null ? SentMessages.GROUP : receiver.id, true, entries.size());
    }

    /**
     * A group message is about to be sent that need not keep its place in the order.
     *
     * @param now time since the start
     * @return its number
     */
    public int sendingOutOfBand(Duration now) {
        return sent.add(now.toNanos(), SentMessages.GROUP, false, entries.size());
    }

    /** The message announced last was refused: it was never sent. */
    public void refused() {
        sent.removeLast();
    }

    /**
     * A message was delivered.
     *
     * @param now time since the start
     * @param message its id
     * @param toGroup whether it was sent to the group
     */
    public void delivered(Duration now, long message, boolean toGroup) {
        times.add(now.toNanos());
        entries.add(toGroup ? message : message | MessageId.UNICAST);
        if (history.watch() != null) {
            history.watch().delivered(this, entries.get(entries.size() - 1));
        }
    }

    /**
     * Something was delivered that can't have been sent so.
     *
     * @param what was, and what was expected
     */
    public void corruption(String what) {
        corruptions.add(what);
        if (history.watch() != null) {
            history.watch().corruption(this, what);
        }
    }

    /**
     * A state was set.
     *
     * @param provider number of the life that gave it
     * @param providerPosition the provider's {@link #position} at the snapshot
     * @param messages ids of the messages in the state
     */
    public void stateTaken(int provider, int providerPosition, long[] messages) {
        StateTaken state = new StateTaken(provider, providerPosition, entries.size(), messages.clone());
        states.add(state);
        awaitsState = false;
        if (history.watch() != null) {
            history.watch().stateTaken(this, state);
        }
    }

    /**
     * A state was set that tells at which view it was cut, but not who gave it.
     *
     * @param cut the view
     * @param messages ids of the messages in the state
     * @return number of a life that had delivered exactly these messages at that view; if there is none, of any that has been
     *     in the view, and -1 if there is none such either
     */
    public int stateTaken(ViewId cut, long[] messages) {
        LifeHistory giver = null;
        int position = 0;
        for (LifeHistory other : history.lives()) {
            int view = other.indexOf(cut);
            if (view >= 0 && other != this && (giver == null || other.hadDelivered(messages, view))) {
                giver = other;
                position = other.viewPosition(view) + 1;
            }
        }
        if (giver == null) {
            corruption("was given a state of view " + cut + ", which nobody has installed");
            return -1;
        }
        stateTaken(giver.id, position, messages);
        return giver.id;
    }

    private int indexOf(ViewId view) {
        int index = views.size() - 1;
        while (index >= 0 && !views.get(index).id().equals(view)) {
            index--;
        }
        return index;
    }

    private boolean hadDelivered(long[] messages, int atView) {
        long[] delivered = groupMessagesUntil(viewPosition(atView) + 1);
        Arrays.sort(delivered);
        long[] sorted = messages.clone();
        Arrays.sort(sorted);
        return Arrays.equals(delivered, sorted);
    }

    /**
     * The application has asked for the state, or does not wait for one any more. Who waits is given no messages; if the state
     * is cut anew meanwhile, those before the new cut are in the state.
     *
     * @param waits whether it waits
     */
    public void awaitsState(boolean waits) {
        awaitsState = waits;
    }

    /** Tell whether it waits for a state. */
    boolean awaitsState() {
        return awaitsState;
    }

    /** Tell whether messages of a view were not handed over, since a state was to contain them. */
    boolean isIncomplete(int view) {
        return incompleteViews.contains(view);
    }

    /** Tell whether that holds for any of its views. */
    boolean hasIncompleteViews() {
        return !incompleteViews.isEmpty();
    }

    /**
     * The life is over.
     *
     * @param how such as {@code crashed}
     */
    public void ended(String how) {
        if (ending == null) {
            ending = how;
        }
    }

    /**
     * Tell whether the life goes on.
     *
     * @return false once it has ended
     */
    public boolean isRunning() {
        return ending == null;
    }

    /**
     * How much has happened so far.
     *
     * @return number of views and deliveries
     */
    public int position() {
        return entries.size();
    }

    /**
     * Views it installed.
     *
     * @return in order
     */
    public List<View> views() {
        return views;
    }

    /**
     * The last view it installed.
     *
     * @return null if there is none
     */
    public View lastView() {
        return views.isEmpty() ? null : views.get(views.size() - 1);
    }

    /**
     * Ids of group messages in what it has: the state it began with and what was delivered since.
     *
     * @return in the order in which it got them
     */
    public long[] groupMessages() {
        return groupMessagesUntil(entries.size());
    }

    long[] groupMessagesUntil(int position) {
        LongList all = new LongList();
        int from = 0;
        for (StateTaken state : states) {
            if (state.position() <= position) {
                all = new LongList();
                for (long message : state.messages()) {
                    all.add(message);
                }
                from = state.position();
            }
        }
        for (int index = from; index < position; index++) {
            if (isGroupMessage(entries.get(index))) {
                all.add(entries.get(index));
            }
        }
        long[] ids = new long[all.size()];
        for (int index = 0; index < ids.length; index++) {
            ids[index] = all.get(index);
        }
        return ids;
    }

    static boolean isGroupMessage(long entry) {
        return entry >= 0 && (entry & MessageId.UNICAST) == 0;
    }

    long entry(int index) {
        return entries.get(index);
    }

    /** Where in the entries a view was installed. */
    int viewPosition(int view) {
        return viewPositions.get(view);
    }

    /** Where in the entries a view ended. */
    int viewEnd(int view) {
        return view + 1 < viewPositions.size() ? viewPositions.get(view + 1) : entries.size();
    }

    int sentCount() {
        return sent.count();
    }

    boolean sentToGroup(int number) {
        return sent.toGroup(number);
    }

    /** Number of the life that a unicast was for. */
    int receiverOf(int number) {
        return sent.receiver(number);
    }

    long sentNanos(int number) {
        return sent.nanos(number);
    }

    /** How much had happened to this life when it sent a message. */
    int sentPosition(int number) {
        return sent.position(number);
    }

    /** How many messages to the same destination were sent before; negative if the order means nothing to it. */
    int placeInStream(int number) {
        return sent.place(number);
    }

    long nanos(int index) {
        return times.get(index);
    }

    List<StateTaken> states() {
        return states;
    }

    List<String> corruptions() {
        return corruptions;
    }

    /** The last things that happened, for people. */
    String tail(int count) {
        StringBuilder text = new StringBuilder();
        int from = Math.max(0, entries.size() - count);
        int firstView = Math.max(0, views.size() - 4);
        for (int view = firstView; view < views.size() && viewPositions.get(view) < from; view++) {
            append(text, viewPositions.get(view));
        }
        for (int index = from; index < entries.size(); index++) {
            append(text, index);
        }
        return text.toString();
    }

    private void append(StringBuilder text, int index) {
        long entry = entries.get(index);
        text.append(String.format("%n      %.6f s ", times.get(index) / 1e9))
                .append(entry < 0 ? "view " + shortened(views.get((int) (-entry - 1)))
                        : "delivered " + MessageId.text(entry));
    }

    private String shortened(View view) {
        String all = view.toString();
        return all.length() <= 400 ? all : all.substring(0, 400) + "…";
    }

    @Override
    public String toString() {
        return "life " + id + " (" + name + (address == null ? "" : ", " + address.id().substring(0, 8))
                + (ending == null ? "" : ", " + ending) + ")";
    }
}
