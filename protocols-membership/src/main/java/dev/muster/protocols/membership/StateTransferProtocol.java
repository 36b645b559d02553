package dev.muster.protocols.membership;

import dev.muster.api.Address;
import dev.muster.api.ProtocolType;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.api.View;
import dev.muster.api.ViewId;
import dev.muster.spi.Capability;
import dev.muster.spi.Context;
import dev.muster.spi.Event;
import dev.muster.spi.Figure;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.Limits;
import dev.muster.spi.Packet;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the application's state to members that want it, cut at the view in which membership paired them with a
 * provider. The state travels in chunks, a few at a time: both sides keep no more than that, however large it is. A
 * provider serves several requesters at once.
 *
 * <p>If the provider leaves, fails or falls silent, the requester asks for a new cut at another view, some times; then
 * it gives up.
 */
public final class StateTransferProtocol implements Protocol {

    /** Name of the protocol. */
    public static final ProtocolType TYPE = ProtocolType.of("STATE_TRANSFER");

    /** Largest chunk. */
    public static final Setting<Long> CHUNK_SIZE = Setting.bytes("chunk_size", 60_000).atLeast(100L).atMost(10_000_000L)
            .says("largest piece of the state in one packet; never more than a packet carries");

    /** Chunks under way. */
    public static final Setting<Integer> WINDOW = Setting.integer("window", 8).atLeast(1).atMost(1_000)
            .says("pieces of the state that may be under way to one receiver before it has taken them");

    /** How long nothing may come. */
    public static final Setting<Duration> STALL_TIMEOUT = Setting.duration("stall_timeout", Duration.ofSeconds(15)).positive()
            .says("a receiver to which nothing has come for this long asks for the state anew");

    /** How often to ask. */
    public static final Setting<Integer> MAX_ATTEMPTS = Setting.integer("max_attempts", 4).atLeast(1)
            .says("how often a receiver asks before it gives up");

    private static final Logger LOG = LoggerFactory.getLogger(StateTransferProtocol.class);
    private static final int STALL_TIMER = 1;

    private final int chunkSize;
    private final int window;
    private final long stallNanos;
    private final int maxAttempts;

    private Context context;
    private int chunkLimit;
    private View view;
    private boolean wanted;
    private int attempts;
    private boolean progressed;
    private Receiving receiving;
    private final Map<Address, Serving> serving = new LinkedHashMap<>();
    private final List<Packet> early = new ArrayList<>();

    /** What this member gives to one requester. */
    private static final class Serving {
        private final Event.StateTransfer transfer;
        private final View cut;
        private long next;
        private long written;
        private boolean reading;
        private boolean ended;

        Serving(Event.StateTransfer transfer, View cut) {
            this.transfer = transfer;
            this.cut = cut;
        }
    }

    /** What this member gets. */
    private static final class Receiving {
        private final Address provider;
        private final View cut;
        private long next;
        private long written;
        private boolean ended;

        Receiving(Address provider, View cut) {
            this.provider = provider;
            this.cut = cut;
        }
    }

    private StateTransferProtocol(Settings settings) {
        chunkSize = Math.toIntExact(settings.get(CHUNK_SIZE));
        chunkLimit = chunkSize;
        window = settings.get(WINDOW);
        stallNanos = settings.get(STALL_TIMEOUT).toNanos();
        maxAttempts = settings.get(MAX_ATTEMPTS);
    }

    @Override
    public void start(Context given) {
        context = given;
        context.gauge("waiting_packets", () -> early.size() + serving.size() + (receiving == null ? 0 : 1));
    }

    @Override
    public Limits limits(Limits below) {
        Limits room = below.less(StateHeader.MAX_BYTES);
        chunkLimit = Math.min(chunkSize, room.packetBytes());
        return below;
    }

    @Override
    public void down(Packet packet) {
        context.passDown(packet);
    }

    @Override
    public void up(Packet packet) {
        StateHeader header = packet.header(StateHeader.class);
        if (header == null) {
            context.passUp(packet);
        } else if (header.kind() == StateHeader.WRITTEN) {
            written(packet.source(), header);
        } else if (header.kind() == StateHeader.CHUNK) {
            chunk(packet, header);
        } else {
            failed(packet, header);
        }
    }

    /** The provider may have the view before this member has: such chunks wait, no more than may be under way. */
    private void chunk(Packet packet, StateHeader header) {
        if (view == null || view.id().compareTo(header.view()) < 0) {
            if (early.size() < window) {
                early.add(packet);
            }
            return;
        }
        if (receiving == null || !receiving.cut.id().equals(header.view()) || !receiving.provider.equals(packet.source())
                || receiving.next != header.index() || receiving.ended) {
            return;
        }
        receiving.next++;
        receiving.ended = packet.length() == 0;
        progressed = true;
        context.counter("state_bytes_received").add(packet.length());
        context.emitUp(new Event.ChunkReceived(receiving.cut, Arrays.copyOfRange(packet.buffer(), packet.offset(),
                packet.offset() + packet.length())));
    }

    private void failed(Packet packet, StateHeader header) {
        Serving mine = serving.get(packet.source());
        if (mine != null && mine.cut.id().equals(header.view())) {
            serving.remove(packet.source());
        } else if (receiving != null && receiving.cut.id().equals(header.view())
                && receiving.provider.equals(packet.source())) {
            askAgain(packet.source() + " could not give the state: "
                    + new String(packet.buffer(), packet.offset(), packet.length(), StandardCharsets.UTF_8));
        }
    }

    private void written(Address from, StateHeader header) {
        Serving mine = serving.get(from);
        if (mine == null || !mine.cut.id().equals(header.view()) || header.index() != mine.written
                || header.index() >= mine.next) {
            return;
        }
        mine.written++;
        if (mine.ended && mine.written == mine.next) {
            serving.remove(from);
        } else {
            readOn(mine);
        }
    }

    private void readOn(Serving mine) {
        if (!mine.reading && !mine.ended && mine.next - mine.written < window) {
            mine.reading = true;
            context.emitUp(new Event.ChunkRequested(mine.transfer, mine.cut, chunkLimit));
        }
    }

    @Override
    public Event event(Event event) {
        if (event instanceof Event.ViewInstalled installed) {
            // passed on before anything is asked of the channel for this view
            context.emitUp(installed);
            viewInstalled(installed);
            return null;
        }
        if (event instanceof Event.Connect connect) {
            wanted = connect.withState();
            attempts = 1;
        } else if (event instanceof Event.StateRequested) {
            return requested() ? event : null;
        } else if (event instanceof Event.ChunkRead read) {
            read(read);
            return null;
        } else if (event instanceof Event.ChunkWritten written) {
            taken(written);
            return null;
        }
        return event;
    }

    private boolean requested() {
        if (view != null && view.size() == 1) {
            context.emitUp(new Event.StateFailed("this member is alone in the group; nobody can give it the state"));
            return false;
        }
        wanted = true;
        attempts = 1;
        watch();
        return true;
    }

    private void viewInstalled(Event.ViewInstalled installed) {
        boolean first = view == null;
        view = installed.view();
        serving.keySet().removeIf(requester -> !view.contains(requester));
        if (first && view.size() == 1) {
            wanted = false;
        }
        for (Event.StateTransfer transfer : installed.transfers()) {
            if (transfer.provider().equals(context.self())) {
                Serving mine = new Serving(transfer, view);
                serving.put(transfer.requester(), mine);
                readOn(mine);
            } else if (transfer.requester().equals(context.self())) {
                // even if it was given up meanwhile: the channel holds messages back until this state has come
                wanted = true;
                LOG.info("{} gets the state of view {} from {}", context.self(), view.id(), transfer.provider());
                receiving = new Receiving(transfer.provider(), view);
            }
        }
        if (receiving != null && !view.contains(receiving.provider)) {
            askAgain("provider " + receiving.provider + " is gone");
        } else if (wanted) {
            watch();
        }
        replayEarly();
    }

    private void replayEarly() {
        List<Packet> packets = new ArrayList<>(early);
        early.clear();
        packets.forEach(this::up);
    }

    private void watch() {
        progressed = false;
        context.setTimer(STALL_TIMER, stallNanos);
    }

    /** Nothing has come. If this member's own application still has chunks to take, that is no fault of the provider. */
    @Override
    public void timer(int id) {
        if (!wanted || view == null) {
            return;
        }
        boolean ownFault = receiving != null && receiving.written < receiving.next;
        if (progressed || ownFault) {
            watch();
        } else {
            askAgain(receiving == null ? "no member could be found that has the state"
                    : "nothing more came from " + receiving.provider);
        }
    }

    private void askAgain(String reason) {
        receiving = null;
        if (view.size() == 1 || attempts >= maxAttempts) {
            giveUp("after " + attempts + " attempts: " + reason);
            return;
        }
        attempts++;
        LOG.info("{} asks for the state again: {}", context.self(), reason);
        context.emitDown(new Event.StateRequested());
        watch();
    }

    private void giveUp(String reason) {
        settle();
        context.emitUp(new Event.StateFailed(reason));
    }

    private void settle() {
        wanted = false;
        receiving = null;
        context.cancelTimer(STALL_TIMER);
        context.emitDown(new StateSettled());
    }

    private void read(Event.ChunkRead read) {
        Serving mine = serving.get(read.transfer().requester());
        if (mine == null || !mine.cut.id().equals(read.view().id()) || !mine.reading) {
            return;
        }
        mine.reading = false;
        if (read.failure() != null) {
            serving.remove(read.transfer().requester());
            fail(read.transfer().requester(), read.view().id(), read.failure());
            return;
        }
        mine.ended = read.chunk().length == 0;
        send(read.transfer().requester(), new StateHeader(StateHeader.CHUNK, mine.cut.id(), mine.next), read.chunk());
        context.counter("state_bytes_sent").add(read.chunk().length);
        mine.next++;
        readOn(mine);
    }

    private void fail(Address to, ViewId cut, String reason) {
        String shortReason = reason.length() > 200 ? reason.substring(0, 200) : reason;
        send(to, new StateHeader(StateHeader.FAILED, cut, 0), shortReason.getBytes(StandardCharsets.UTF_8));
    }

    private void send(Address to, StateHeader header, byte[] payload) {
        context.passDown(Packet.to(to).with(header).withPayload(payload, 0, payload.length));
    }

    private void taken(Event.ChunkWritten event) {
        if (receiving == null || !receiving.cut.id().equals(event.view().id()) || receiving.written >= receiving.next) {
            return;
        }
        if (event.failure() != null) {
            fail(receiving.provider, receiving.cut.id(), event.failure());
            giveUp("the state could not be set: " + event.failure());
            return;
        }
        send(receiving.provider, new StateHeader(StateHeader.WRITTEN, receiving.cut.id(), receiving.written), new byte[0]);
        receiving.written++;
        progressed = true;
        if (receiving.ended && receiving.written == receiving.next) {
            LOG.info("{} has the state of view {}", context.self(), receiving.cut.id());
            settle();
        }
    }

    /** Publishes the protocol. */
    public static final class Provider implements ProtocolProvider {

        /** Create the provider. */
        public Provider() {}

        @Override
        public ProtocolType type() {
            return TYPE;
        }

        @Override
        public List<String> aliases() {
            return List.of("pbcast.STATE_TRANSFER");
        }

        @Override
        public String says() {
            return "Brings the application's state to newcomers in chunks, cut exactly at a view.";
        }

        @Override
        public List<String> promises() {
            return List.of(
                    "the state is cut at a view: state and messages after it, nothing twice and nothing missing",
                    "neither side keeps more than window times chunk_size of it",
                    "when the provider dies another member goes on");
        }

        @Override
        public List<String> doesNotPromise() {
            return List.of(
                    "a time: that is up to the application, which writes and reads its state");
        }

        @Override
        public List<Figure> figures() {
            return List.of(
                    Figure.WAITING_PACKETS,
                    new Figure("state_bytes_sent", "bytes of state sent to others"),
                    new Figure("state_bytes_received", "bytes of state received"));
        }

        @Override
        public List<Setting<?>> settings() {
            return List.of(CHUNK_SIZE, WINDOW, STALL_TIMEOUT, MAX_ATTEMPTS);
        }

        @Override
        public Set<Capability> provides() {
            return Set.of(Capability.STATE_TRANSFER);
        }

        @Override
        public Set<Capability> requiresBelow() {
            return Set.of(Capability.MEMBERSHIP, Capability.RELIABLE_UNICAST);
        }

        @Override
        public List<HeaderCodec<?>> headers() {
            return List.of(StateHeader.CODEC);
        }

        @Override
        public Protocol create(Settings settings) {
            return new StateTransferProtocol(settings);
        }
    }
}
