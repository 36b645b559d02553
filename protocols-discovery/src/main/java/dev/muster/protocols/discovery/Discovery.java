package dev.muster.protocols.discovery;

import dev.muster.api.Address;
import dev.muster.api.Settings;
import dev.muster.api.View;
import dev.muster.spi.Context;
import dev.muster.spi.Event;
import dev.muster.spi.MemberInfo;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import dev.muster.spi.Protocol;
import dev.muster.spi.router.RegisteredByTransport;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds members by asking {@link Contacts}, and answers those who ask. All discoveries do this alike; they differ in whom
 * they ask, and how.
 *
 * <p>A search ends when everybody asked has answered or refused, when the time is over, or, for the purpose {@code join},
 * when a coordinator has answered, or a moment after {@code num_initial_members} have: so members that start at the same
 * time see more of one another. For the purpose {@code merge} it ends a quarter of a second after everybody silent has been asked again
 * since somebody in another part answered: so it sees all parts, and whoever does not answer at all does not keep them apart. Questions get lost, so they
 * are repeated.
 *
 * <p>A member that may not found the group, as its contacts say, leaves it to those that may: as long as one of them
 * answers that it has no view yet, the search goes on until the time is over.
 */
final class Discovery implements Protocol {

    private static final String JOIN = "join";
    private static final int QUESTIONS = 6;
    private static final long GRACE_NANOS = 100_000_000;
    private static final long MERGE_GRACE_NANOS = 250_000_000;
    private static final int MOST_KNOWN = 10_000;
    private static final Logger LOG = LoggerFactory.getLogger(Discovery.class);

    private final Settings settings;
    private final Contacts contacts;
    private final Map<Address, InetSocketAddress> known = new LinkedHashMap<>();
    /** By slot; the purposes are few. A slot has two timers. */
    private final List<Search> searches = new ArrayList<>();
    private final List<String> purposes = new ArrayList<>();
    private Context context;
    private InetSocketAddress local;
    private View view;
    private long lastSearch;

    /**
     * Create it.
     *
     * @param settings hold {@link DiscoverySettings}
     * @param contacts whom to ask
     */
    Discovery(Settings settings, Contacts contacts) {
        this.settings = settings;
        this.contacts = contacts;
    }

    @Override
    public void start(Context newContext) {
        context = newContext;
        contacts.whenNobodyIsAt(this::refused);
        contacts.start(context, this::asked);
    }

    @Override
    public void stop() {
        contacts.stop();
    }

    @Override
    public boolean tellsWhatItKeeps() {
        return true;
    }

    @Override
    public void down(Packet packet) {
        context.passDown(packet);
    }

    @Override
    public void up(Packet packet) {
        DiscoveryHeader header = packet.header(DiscoveryHeader.class);
        if (header == null) {
            context.passUp(packet);
        } else {
            asked(packet);
        }
    }

    /** Take a question or an answer, by whatever way it came. */
    private void asked(Packet packet) {
        DiscoveryHeader header = packet.header(DiscoveryHeader.class);
        MemberInfo info = header.info();
        if (info.member().equals(context.self())) {
            return;
        }
        learn(info.member(), info.physical());
        learn(info.coordinator(), info.coordinatorPhysical());
        if (header.isAnswer()) {
            answered(header, packet.physical());
        } else {
            answer(header, packet.physical());
        }
    }

    @Override
    public void up(PacketBatch batch) {
        if (batch.hasHeader(DiscoveryHeader.class)) {
            batch.forEach(this::up);
        } else {
            context.passUp(batch);
        }
    }

    private void learn(Address member, InetSocketAddress physical) {
        if (member == null || physical == null || member.equals(context.self())) {
            return;
        }
        if (!physical.equals(known.get(member)) && known.size() < MOST_KNOWN) {
            known.put(member, physical);
            context.emitDown(new Event.PhysicalAddresses(Map.of(member, physical)));
        }
        contacts.heardOf(physical);
    }

    private void answer(DiscoveryHeader question, InetSocketAddress from) {
        MemberInfo asking = question.info();
        InetSocketAddress physical = asking.physical() == null ? from : asking.physical();
        DiscoveryHeader answer = new DiscoveryHeader(true, question.search(), ourselves());
        Packet packet = physical == null ? Packet.to(asking.member()) : Packet.to(asking.member(), physical);
        context.passDown(packet.withFlags(Packet.UNRELIABLE).with(answer));
    }

    private MemberInfo ourselves() {
        if (view == null) {
            return new MemberInfo(context.self(), local, null, null, null);
        }
        Address coordinator = view.coordinator();
        InetSocketAddress at = coordinator.equals(context.self()) ? local : known.get(coordinator);
        return new MemberInfo(context.self(), local, coordinator, at, view.id());
    }

    private void answered(DiscoveryHeader answer, InetSocketAddress from) {
        for (int slot = 0; slot < searches.size(); slot++) {
            Search search = searches.get(slot);
            if (search != null && search.number == answer.search()) {
                search.answered(answer.info(), from);
                askCoordinator(search, answer.info());
                lookForFurtherParts(slot);
                endIfEnough(slot);
                contacts.answeredBy(answer.info().member());
                return;
            }
        }
    }

    /** Somebody names a coordinator that is not on the list. */
    private void askCoordinator(Search search, MemberInfo info) {
        InetSocketAddress at = info.coordinatorPhysical();
        boolean other = info.coordinator() != null && !info.isCoordinator() && !info.coordinator().equals(context.self());
        if (other && at != null && !at.equals(local) && search.ask(at)) {
            ask(search, at);
        }
    }

    private void endIfEnough(int slot) {
        Search search = searches.get(slot);
        boolean join = search.purpose.equals(JOIN);
        boolean waits = waitsForFounder(search);
        if (search.isComplete() && !waits || join && search.hasCoordinator()) {
            end(slot);
        } else if (join && !waits && search.answers() == settings.get(DiscoverySettings.NUM_INITIAL_MEMBERS)) {
            context.setTimer(deadline(slot), Math.min(GRACE_NANOS, leftNanos(slot)));
        }
    }

    /**
     * Somebody in another part has answered. The network may have healed just now, even at the end of the search's time:
     * whoever could not be reached before is asked once more, and everybody has the time to answer.
     */
    private void lookForFurtherParts(int slot) {
        Search search = searches.get(slot);
        if (search.purpose.equals(Merge2.PURPOSE) && view != null && search.beginsToSeeOtherThan(view)) {
            context.setTimer(deadline(slot), betweenQuestionsNanos() + MERGE_GRACE_NANOS);
            search.forgive().forEach(host -> ask(search, host));
        }
    }

    private long leftNanos(int slot) {
        return Math.max(0, searches.get(slot).lastNanos - context.nowNanos());
    }

    /**
     * Members that may not found a group don't see one another. If each of them judged by what it sees who is to found the group,
     * several would; a thousand that start at once would found dozens. So they wait while others are about to.
     */
    private boolean waitsForFounder(Search search) {
        return search.purpose.equals(JOIN) && search.answers() > 0 && !search.hasCoordinator() && !contacts.mayFound(local);
    }

    private void end(int slot) {
        Search search = searches.set(slot, null);
        context.cancelTimer(deadline(slot));
        context.cancelTimer(repetition(slot));
        LOG.debug("{}: search for '{}' found {}", context.self(), search.purpose, search.found());
        context.emitUp(new Event.MembersFound(search.purpose, search.found()));
    }

    private static int deadline(int slot) {
        return 2 * slot;
    }

    private static int repetition(int slot) {
        return 2 * slot + 1;
    }

    @Override
    public void timer(int id) {
        if (id < 0) {
            contacts.timer(id);
            return;
        }
        int slot = id / 2;
        Search search = searches.get(slot);
        if (search == null) {
            return;
        }
        if (id == deadline(slot)) {
            end(slot);
        } else {
            (waitsForFounder(search) ? search.asked() : search.silent()).forEach(host -> ask(search, host));
            repeatLater(slot);
        }
    }

    private void repeatLater(int slot) {
        context.setTimer(repetition(slot), betweenQuestionsNanos());
    }

    private long betweenQuestionsNanos() {
        return Math.max(1, settings.get(DiscoverySettings.TIMEOUT).toNanos() / QUESTIONS);
    }

    private void ask(Search search, InetSocketAddress host) {
        DiscoveryHeader question = new DiscoveryHeader(false, search.number, ourselves());
        contacts.ask(Packet.toPhysical(host).with(question));
    }

    private void search(String purpose) {
        int slot = slot(purpose);
        if (searches.get(slot) != null && !purpose.equals(JOIN)) {
            // what is under way answers both; begun anew each time, it might never end
            return;
        }
        long timeout = settings.get(DiscoverySettings.TIMEOUT).toNanos();
        Search search = new Search(purpose, ++lastSearch, context.nowNanos() + timeout);
        searches.set(slot, search);
        for (InetSocketAddress host : contacts.hosts()) {
            if (!host.equals(local) && search.ask(host)) {
                ask(search, host);
            }
        }
        context.setTimer(deadline(slot), search.isComplete() ? 0 : timeout);
        repeatLater(slot);
    }

    private int slot(String purpose) {
        int slot = purposes.indexOf(purpose);
        if (slot < 0) {
            slot = purposes.size();
            purposes.add(purpose);
            searches.add(null);
        }
        return slot;
    }

    @Override
    public Event event(Event event) {
        if (event instanceof Event.FindMembers wanted) {
            search(wanted.purpose());
            return null;
        } else if (event instanceof Event.TransportReady ready) {
            local = ready.local();
            contacts.reachableAt(local);
        } else if (event instanceof Event.Unreachable nobody) {
            refused(nobody.peer());
        } else if (event instanceof Event.ViewInstalled installed) {
            view = installed.view();
            known.keySet().removeIf(member -> !view.contains(member));
            contacts.viewInstalled(view, known);
        } else if (event instanceof Event.PhysicalAddresses addresses) {
            known.putAll(addresses.addresses());
        } else if (event instanceof Event.MulticastReady ready) {
            contacts.multicastReady(ready.group());
        } else if (event instanceof RegisteredByTransport) {
            contacts.transportRegisters();
        }
        return event;
    }

    private void refused(InetSocketAddress host) {
        for (int slot = 0; slot < searches.size(); slot++) {
            if (searches.get(slot) != null) {
                searches.get(slot).refused(host);
                endIfEnough(slot);
            }
        }
    }
}
