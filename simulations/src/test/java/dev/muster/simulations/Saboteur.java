package dev.muster.simulations;

import dev.muster.api.Flag;
import dev.muster.api.ProtocolType;
import dev.muster.api.Settings;
import dev.muster.api.View;
import dev.muster.api.ViewId;
import dev.muster.spi.Context;
import dev.muster.spi.Event;
import dev.muster.spi.Packet;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A layer on top of all others that does to what comes up what a broken layer below would have done. To see that what is
 * broken is noticed.
 */
final class Saboteur implements Protocol {

    /** What is broken. */
    enum Bug {
        /** Now and then a packet is lost on the way up. */
        LOSES,
        /** Now and then a packet is handed up twice. */
        REPEATS,
        /** Now and then a packet is overtaken by the next one. */
        SWAPS,
        /** The last packets of a view are handed up after the next view. */
        LETS_VIEWS_OVERTAKE,
        /** A member that suspects another makes up a view of its own and goes on from there. */
        MAKES_UP_VIEWS,
        /** A message is changed on the way. */
        SPOILS,
        /** Packets are kept for something that never comes. */
        HOARDS,
        /** Timers are set for nothing. */
        FORGETS_TIMERS
    }

    private static final int EVERY = 40;

    private final Bug bug;
    private Context context;
    private RandomGenerator random;
    private Packet held;
    private View view;
    private int strikes;

    private Saboteur(Bug bug) {
        this.bug = bug;
    }

    @Override
    public void start(Context given) {
        context = given;
        random = given.random();
        given.gauge("waiting_packets", () -> bug == Bug.HOARDS ? strikes : 0);
    }

    @Override
    public void timer(int id) {
        // set for nothing
    }

    @Override
    public void down(Packet packet) {
        context.passDown(packet);
    }

    @Override
    public void up(Packet packet) {
        boolean strikes = packet.has(Packet.DATA) && packet.isToGroup() && !packet.has(Flag.OOB)
                && random.nextInt(EVERY) == 0;
        this.strikes += strikes ? 1 : 0;
        if (strikes && bug == Bug.FORGETS_TIMERS) {
            context.setTimer(this.strikes, Duration.ofHours(1).toNanos());
        }
        if (strikes && bug == Bug.LOSES) {
            return;
        }
        if (strikes && bug == Bug.SPOILS) {
            spoil(packet);
            return;
        }
        if (strikes && held == null && (bug == Bug.SWAPS || bug == Bug.LETS_VIEWS_OVERTAKE)) {
            held = packet;
            return;
        }
        context.passUp(packet);
        if (strikes && bug == Bug.REPEATS) {
            context.passUp(packet);
        }
        if (bug == Bug.SWAPS && held != null && held.source().equals(packet.source()) && packet.isToGroup()) {
            letGo();
        }
    }

    private void spoil(Packet packet) {
        byte[] copy = new byte[packet.length()];
        System.arraycopy(packet.buffer(), packet.offset(), copy, 0, copy.length);
        copy[copy.length - 1]++;
        context.passUp(packet.withPayload(copy, 0, copy.length));
    }

    private void letGo() {
        if (held != null) {
            context.passUp(held);
            held = null;
        }
    }

    @Override
    public Event event(Event event) {
        if (event instanceof Event.ViewInstalled installed) {
            if (bug == Bug.MAKES_UP_VIEWS && view != null && context.self().equals(view.coordinator())) {
                return madeUp(installed);
            }
            view = installed.view();
            if (held != null) {
                context.emitUp(event);
                letGo();
                return null;
            }
        }
        return event;
    }

    /** The coordinator shows itself another view than it agreed on with the others. */
    private Event madeUp(Event.ViewInstalled installed) {
        View real = installed.view();
        view = real;
        List<dev.muster.api.Address> members = new ArrayList<>(real.members());
        ViewId id = new ViewId(real.id().counter(), members.get(members.size() - 1));
        return new Event.ViewInstalled(new View(id, members), installed.transfers());
    }

    /** Publishes it. */
    record Provider(Bug bug) implements ProtocolProvider {

        static final ProtocolType TYPE = ProtocolType.of("test-saboteur");

        @Override
        public ProtocolType type() {
            return TYPE;
        }

        @Override
        public String says() {
            return "Breaks promises on purpose.";
        }

        @Override
        public Protocol create(Settings settings) {
            return new Saboteur(bug);
        }
    }
}
