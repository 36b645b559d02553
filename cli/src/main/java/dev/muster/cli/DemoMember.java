package dev.muster.cli;

import dev.muster.api.Address;
import dev.muster.api.Channel;
import dev.muster.api.ChannelListener;
import dev.muster.api.ChannelState;
import dev.muster.api.Message;
import dev.muster.api.MusterException;
import dev.muster.api.Receiver;
import dev.muster.api.StackBuilder;
import dev.muster.api.StateHandler;
import dev.muster.api.View;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * One member of the demo, in a process of its own; the demo starts it and gives the orders.
 *
 * <pre>
 * orders   connect | connect-with-state | put N | load PER_SECOND | load 0 | digest | quit
 * tells    ready | connected | view SHOWN MEMBERS ID | entry WRITER POSITION | progress TOTAL | state-taken BYTES ENTRIES TOTAL
 *          | sent POSITION | digest DIGEST TOTAL OUT_OF_ORDER POSITIONS | state FROM TO | failed WHY
 * </pre>
 */
@Command(name = "demo-member", hidden = true)
final class DemoMember implements Callable<Integer>, Receiver, ChannelListener {

    /** Keys per writer, so that the state stays the size that people like to watch being transferred. */
    private static final int KEYS = 2_000;
    private static final int PROGRESS_STEP = 500;
    private static final long PAUSE_NANOS = 2_000_000;

    @Spec
    private CommandSpec spec;

    @Option(names = "--name", required = true)
    private String name;

    @Option(names = "--cluster", required = true)
    private String cluster;

    /** A member that starts again is another writer: its earlier entries stay as they are. */
    @Option(names = "--writer", required = true)
    private String writer;

    @Mixin
    private StackSource stack;

    private final ReplicatedLog log = new ReplicatedLog();
    private PrintWriter out;
    private Channel channel;
    private long position;
    private volatile int perSecond;
    private Thread load;

    DemoMember() {}

    @Override
    public Integer call() throws IOException {
        out = spec.commandLine().getOut();
        try (Channel opened = StackBuilder.of(stack.definition()).name(name).build()) {
            channel = opened.receiver(this).listener(this).stateHandler(StateHandler.ofBytes(log::snapshot, this::restore));
            MemberLine.tell(out, "ready");
            BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String order = orders.readLine(); order != null && !order.equals("quit"); order = orders.readLine()) {
                obey(order.split(" "));
            }
            stopLoad();
        } catch (MusterException e) {
            MemberLine.tell(out, "failed", e.getMessage());
            return 1;
        }
        return 0;
    }

    private void obey(String[] order) {
        switch (order[0]) {
            case "connect" -> connect(false);
            case "connect-with-state" -> connect(true);
            case "put" -> put(Integer.parseInt(order[1]));
            case "load" -> load(Integer.parseInt(order[1]));
            case "digest" ->
                MemberLine.tell(out, "digest", log.digest(), log.total(), log.outOfOrder(), log.positions());
            default -> MemberLine.tell(out, "failed", "unknown order " + order[0]);
        }
    }

    private void connect(boolean withState) {
        if (withState) {
            channel.connectWithState(cluster);
        } else {
            channel.connect(cluster);
        }
        MemberLine.tell(out, "connected");
    }

    private void put(int count) {
        for (int sent = 0; sent < count; sent++) {
            send("shown");
        }
    }

    private void send(String kind) {
        position++;
        String text = String.join("\t", kind, writer, String.valueOf(position), "key" + position % KEYS, "value" + position);
        channel.send(text.getBytes(StandardCharsets.UTF_8));
    }

    private void load(int rate) {
        stopLoad();
        if (rate > 0) {
            perSecond = rate;
            load = new Thread(this::produce, "load");
            load.start();
        } else {
            MemberLine.tell(out, "sent", position);
        }
    }

    private void stopLoad() {
        perSecond = 0;
        if (load != null) {
            try {
                load.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            load = null;
        }
    }

    private void produce() {
        long start = System.nanoTime();
        long sent = 0;
        try {
            for (int rate = perSecond; rate > 0; rate = perSecond) {
                long due = (System.nanoTime() - start) * rate / 1_000_000_000L;
                for (; sent < due; sent++) {
                    send("load");
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (MusterException e) {
            MemberLine.tell(out, "failed", "sending: " + e.getMessage());
        }
    }

    @Override
    public void receive(Message message) {
        String[] parts = message.text().split("\t");
        long total = log.apply(parts[1], Long.parseLong(parts[2]), parts[3], parts[4]);
        if (parts[0].equals("shown")) {
            MemberLine.tell(out, "entry", parts[1], parts[2]);
        }
        if (total % PROGRESS_STEP == 0) {
            MemberLine.tell(out, "progress", total);
        }
    }

    @Override
    public void viewAccepted(View view) {
        String members = view.members().stream().map(Object::toString).collect(Collectors.joining(" "));
        Address creator = view.id().creator();
        // the creator's name comes with its place in the list, if it is still there
        Address named = view.contains(creator) ? view.members().get(view.rankOf(creator)) : creator;
        MemberLine.tell(out, "view", named + "|" + view.id().counter(), members, creator.id() + view.id().counter());
    }

    @Override
    public void stateChanged(Channel changed, ChannelState from, ChannelState to) {
        MemberLine.tell(out, "state", from, to);
    }

    @Override
    public void callbackFailed(Channel failing, Throwable failure) {
        MemberLine.tell(out, "failed", "callback: " + failure);
    }

    private void restore(byte[] state) {
        log.restore(state);
        MemberLine.tell(out, "state-taken", state.length, log.size(), log.total());
    }
}
