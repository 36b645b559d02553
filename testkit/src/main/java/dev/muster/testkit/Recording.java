package dev.muster.testkit;

import dev.muster.spi.Event;
import dev.muster.spi.Packet;
import java.util.ArrayList;
import java.util.List;

/** What has come out of a harness, at the top and at the bottom, until it is told to forget. For one thread. */
public abstract sealed class Recording permits ProtocolHarness {

    private final List<Packet> passedUp = new ArrayList<>();
    private final List<Packet> passedDown = new ArrayList<>();
    private final List<Event> emittedUp = new ArrayList<>();
    private final List<Event> emittedDown = new ArrayList<>();
    private final List<Event> letThrough = new ArrayList<>();

    Recording() {}

    /**
     * Packets that left at the top so far.
     *
     * @return the record itself, batches taken apart
     */
    public List<Packet> passedUp() {
        return passedUp;
    }

    /**
     * Packets that left at the bottom so far, stamped with source and cluster.
     *
     * @return the record itself
     */
    public List<Packet> passedDown() {
        return passedDown;
    }

    /**
     * Events of the layers' own that left at the top so far.
     *
     * @return the record itself
     */
    public List<Event> emittedUp() {
        return emittedUp;
    }

    /**
     * Events of the layers' own that left at the bottom so far.
     *
     * @return the record itself
     */
    public List<Event> emittedDown() {
        return emittedDown;
    }

    /**
     * Events that the test put in and that went all the way through, in either direction.
     *
     * @return the record itself
     */
    public List<Event> letThrough() {
        return letThrough;
    }

    /**
     * Events of one type that left at the top so far.
     *
     * @param <E> the type
     * @param type the type
     * @return a new list
     */
    public <E extends Event> List<E> emittedUp(Class<E> type) {
        return emittedUp.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /**
     * Events of one type that left at the bottom so far.
     *
     * @param <E> the type
     * @param type the type
     * @return a new list
     */
    public <E extends Event> List<E> emittedDown(Class<E> type) {
        return emittedDown.stream().filter(type::isInstance).map(type::cast).toList();
    }

    void forget() {
        passedUp.clear();
        passedDown.clear();
        emittedUp.clear();
        emittedDown.clear();
        letThrough.clear();
    }
}
