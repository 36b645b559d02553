package dev.muster.protocols.membership;

import dev.muster.api.ProtocolType;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.api.View;
import dev.muster.api.Wait;
import dev.muster.spi.Capability;
import dev.muster.spi.Context;
import dev.muster.spi.Event;
import dev.muster.spi.Figure;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.Limits;
import dev.muster.spi.Packet;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Brings the application's state to members that want it, cut at the view in which membership paired them with a
 * provider. The state travels in chunks, a few at a time: both sides keep no more than that, however large it is. A
 * provider serves several requesters at once.
 *
 * <p>If the provider leaves, fails or falls silent, a member that has kept a snapshot of the same view at hand goes on where
 * it ended. Where the application keeps none at hand, the requester asks for a new cut at another view and begins anew, some
 * times; then it gives up.
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

    /** Members that keep a snapshot at hand. */
    public static final Setting<Integer> STANDBYS = Setting.integer("standbys", 1).atLeast(0).atMost(100)
            .says("members that keep a snapshot at hand while another provides, and go on where it ended if it dies; only "
                    + "where the application says that states are equal byte by byte");

    /** Room on disk. */
    public static final Setting<Long> MAX_HELD_BACK = Setting.bytes("max_held_back", 1_000_000_000).atLeast(0L)
            .says("bytes of group messages that may wait on disk, in java.io.tmpdir, while this member takes the state; when "
                    + "they are used up, or with 0, senders wait for it as for any slow receiver");

    static final int STALL_TIMER = 1;
    private static final int EARLY_WORDS = 64;

    private final int chunkSize;
    private final int window;
    private final Duration stallTimeout;
    private final int maxAttempts;
    private final int standbys;
    private final long maxHeldBack;

    private Context context;
    private int chunkLimit;
    private View view;
    private StateProvision provision;
    private StateReception reception;
    private final List<Packet> early = new ArrayList<>();

    private StateTransferProtocol(Settings settings) {
        chunkSize = Math.toIntExact(settings.get(CHUNK_SIZE));
        chunkLimit = chunkSize;
        window = settings.get(WINDOW);
        stallTimeout = settings.get(STALL_TIMEOUT);
        maxAttempts = settings.get(MAX_ATTEMPTS);
        standbys = settings.get(STANDBYS);
        maxHeldBack = settings.get(MAX_HELD_BACK);
    }

    @Override
    public void start(Context given) {
        context = given;
        StatePost post = new StatePost(context, () -> chunkLimit);
        provision = new StateProvision(context, post, window);
        reception = new StateReception(context, post, stallTimeout.toNanos(), maxAttempts);
        context.gauge("waiting_packets", () -> early.size() + provision.size() + (reception.isUnderWay() ? 1 : 0));
    }

    @Override
    public Limits limits(Limits below) {
        Limits room = below.less(StateHeader.MAX_BYTES);
        chunkLimit = Math.min(chunkSize, room.packetBytes());
        return below;
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
        StateHeader header = packet.header(StateHeader.class);
        if (header == null) {
            context.passUp(packet);
            return;
        }
        if (view == null || view.id().compareTo(header.view()) < 0) {
            keep(packet);
            return;
        }
        switch (header.kind()) {
            case StateHeader.CHUNK -> reception.chunk(packet, header);
            case StateHeader.WRITTEN -> provision.written(packet.source(), header);
            case StateHeader.RESUME -> resume(packet, header);
            default -> {
                provision.dismissed(packet.source(), header);
                reception.failed(packet, header);
            }
        }
    }

    /** Others may have a view before this member has: what they say of it waits, as much as may be under way and a little more. */
    private void keep(Packet packet) {
        if (early.size() < window + EARLY_WORDS) {
            packet.keep();
            early.add(packet);
        }
    }

    private void resume(Packet packet, StateHeader header) {
        StateHeader.Progress progress = StateHeader.Progress.decode(packet.buffer(), packet.offset(), packet.length());
        if (progress != null) {
            provision.resume(packet.source(), header, progress);
        }
    }

    @Override
    public Event event(Event event) {
        if (event instanceof Event.ViewInstalled installed) {
            viewInstalled(installed);
            return null;
        }
        if (event instanceof Event.Connect connect) {
            reception.connect(connect.withState(), connect.stateFrom());
        } else if (event instanceof Event.StateRequested requested) {
            return reception.request(requested.from()) ? event : null;
        } else if (event instanceof Event.ChunkRead read) {
            provision.read(read);
            return null;
        } else if (event instanceof Event.ChunkWritten written) {
            reception.taken(written);
            return null;
        }
        return event;
    }

    private void viewInstalled(Event.ViewInstalled installed) {
        if (installed.transfers().stream().anyMatch(transfer -> transfer.requester().equals(context.self()))) {
            context.emitUp(new Event.StateAwaited(maxHeldBack));
        }
        // passed on before anything is asked of the channel for this view
        context.emitUp(installed);
        View before = view;
        view = installed.view();
        provision.viewInstalled(installed, before, standbys, reception.isComplete());
        reception.viewInstalled(installed, standbys);
        List<Packet> waiting = new ArrayList<>(early);
        early.clear();
        waiting.forEach(this::up);
    }

    @Override
    public void timer(int id) {
        reception.timer();
    }

    @Override
    public List<Wait> waits() {
        return reception.waits();
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
                    "when the provider dies another member goes on, at the same byte if the application can, else anew",
                    "others send and deliver meanwhile as if the newcomer were ready, until max_held_back is used up");
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
                    new Figure("state_bytes_received", "bytes of state received"),
                    new Figure("resumed", "states that another member went on with where their provider had ended"),
                    new Figure("asked_again", "states that had to be cut anew because a provider was gone or failed"));
        }

        @Override
        public List<Setting<?>> settings() {
            return List.of(CHUNK_SIZE, WINDOW, STALL_TIMEOUT, MAX_ATTEMPTS, STANDBYS, MAX_HELD_BACK);
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
