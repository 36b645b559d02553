package dev.muster.it.state;

import dev.muster.api.Channel;
import dev.muster.api.Message;
import dev.muster.api.MessageBatch;
import dev.muster.api.Receiver;
import dev.muster.api.StackBuilder;
import dev.muster.api.View;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A member in a process of its own, with the shipped stack and a {@link CountedState}. What is wrong goes to standard error
 * and is told as {@code error}.
 *
 * <pre>
 * arguments  NAME PORT HOSTS BYTES of the body of its state
 * orders     connect | join: connect with the state | send MESSAGES a second, 0 for as many as go
 *            mark: measure gaps from now on | block: take no chunk | unblock | fail BYTE: give no chunk from there on
 *            differ: be a state whose bytes are not those of others
 * tells      view SIZE
 *            delivered COUNT     messages so far
 *            gap MILLIS          longest time without a delivery since mark
 *            given BYTES, taken BYTES, sinks COUNT      of states
 *            joined MILLIS       connect has returned, with the state, after that time
 *            complete 1          the state is set
 *            live KB             most of the heap that was left after a collection
 *            waiting PACKETS     in the inbox
 *            resumed COUNT, anew COUNT   how often another member went on with a state, or it was cut anew
 *            refused 1           connecting has failed for want of the state
 *            error 1
 * </pre>
 */
final class StateMember implements Receiver {

    private static final String CLUSTER = "state";
    private static final int MESSAGE_BYTES = 1_000;

    private final Channel channel;
    private final CountedState state;
    private volatile long delivered;
    private volatile long lastDelivery = System.nanoTime();
    private volatile long longestGap;
    private long sent;
    private long most;

    private StateMember(String name, String port, String hosts, long bodyBytes) {
        state = new CountedState(bodyBytes, StateMember::wrong);
        channel = StackBuilder.named("default", Map.of("muster.start_port", port, "muster.end_port", port,
                "muster.initial_hosts", hosts)).name(name).build().receiver(this).stateHandler(state);
    }

    public static void main(String[] arguments) {
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            failure.printStackTrace();
            wrong(thread.getName() + " failed");
        });
        new StateMember(arguments[0], arguments[1], arguments[2], Long.parseLong(arguments[3])).obeyOrders();
        // no orderly end: whoever gives the orders is done with the group, or gone
        Runtime.getRuntime().halt(0);
    }

    private void obeyOrders() {
        inBackground("telling", this::tellAlways);
        try (BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                obey(order.split(" "));
            }
        } catch (IOException | RuntimeException e) {
            wrong("obeying orders: " + e);
        }
    }

    private void obey(String[] order) {
        switch (order[0]) {
            case "connect" -> channel.connect(CLUSTER);
            case "join" -> inBackground("joining", this::join);
            case "send" -> inBackground("sending", () -> send(Long.parseLong(order[1])));
            case "differ" -> state.differ();
            case "mark" -> mark();
            case "block" -> state.block();
            case "unblock" -> state.unblock();
            case "fail" -> state.failAt(Long.parseLong(order[1]));
            default -> throw new IllegalArgumentException("unknown order " + order[0]);
        }
    }

    private static void inBackground(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void join() {
        long begin = System.nanoTime();
        channel.connectAsync(CLUSTER, true).whenComplete((nothing, failure) -> {
            if (failure == null) {
                tell("joined", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
            } else {
                System.err.println(failure);
                tell("refused", 1);
            }
        });
    }

    private void send(long perSecond) {
        byte[] payload = new byte[MESSAGE_BYTES];
        long begin = System.nanoTime();
        long first = sent;
        while (true) {
            long due = perSecond == 0 ? 0 : begin + (sent - first) * TimeUnit.SECONDS.toNanos(1) / perSecond - System.nanoTime();
            if (due > 0) {
                LockSupport.parkNanos(due);
            }
            ByteBuffer.wrap(payload).putLong(sent++);
            channel.send(payload);
        }
    }

    private void mark() {
        lastDelivery = System.nanoTime();
        longestGap = 0;
    }

    @Override
    public void receive(Message message) {
        throw new AssertionError("batches are taken as batches");
    }

    @Override
    public void receive(MessageBatch batch) {
        synchronized (this) {
            long now = System.nanoTime();
            longestGap = Math.max(longestGap, now - lastDelivery);
            lastDelivery = now;
            while (batch.next()) {
                state.count(batch.source(), ByteBuffer.wrap(batch.buffer(), batch.offset(), batch.length()).getLong());
                delivered++;
            }
        }
    }

    @Override
    public void viewAccepted(View view) {
        tell("view", view.size());
    }

    private void tellAlways() {
        while (true) {
            tell("delivered", delivered);
            tell("gap", TimeUnit.NANOSECONDS.toMillis(Math.max(longestGap, System.nanoTime() - lastDelivery)));
            tell("given", state.given());
            tell("taken", state.taken());
            tell("sinks", state.sinks());
            tell("complete", state.isComplete() ? 1 : 0);
            Map<String, Long> counters = channel.counters();
            tell("waiting", counters.getOrDefault("CHANNEL.inbox_packets", 0L));
            tell("resumed", counters.getOrDefault("STATE_TRANSFER.resumed", 0L));
            tell("anew", counters.getOrDefault("STATE_TRANSFER.asked_again", 0L));
            tell("live", liveKilobytes());
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private long liveKilobytes() {
        long now = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (pool.getType() == MemoryType.HEAP && pool.getCollectionUsage() != null) {
                now += pool.getCollectionUsage().getUsed();
            }
        }
        most = Math.max(most, now / 1024);
        return most;
    }

    private static void wrong(String what) {
        System.err.println(what);
        tell("error", 1);
    }

    private static void tell(String word, long number) {
        synchronized (System.out) {
            System.out.println(word + " " + number);
        }
    }
}
