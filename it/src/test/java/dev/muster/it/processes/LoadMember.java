package dev.muster.it.processes;

import dev.muster.api.Address;
import dev.muster.api.Channel;
import dev.muster.api.Message;
import dev.muster.api.MessageBatch;
import dev.muster.api.Receiver;
import dev.muster.api.Settings;
import dev.muster.api.StackBuilder;
import dev.muster.api.View;
import dev.muster.it.ToldView;
import dev.muster.protocols.transport.TcpTransport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/**
 * A member under load, in a process of its own, with the default stack and small socket buffers. It writes down what it
 * sees, in one {@link MemberLog} per round, and judges nothing. Orders come on standard input; when that ends, so does the
 * process.
 *
 * <pre>
 * orders   connect ROUND FILE | round ROUND FILE | go | halt | last | block | unblock
 * tells    view COUNTER@CREATOR NAME:NAME:NAME MICROS   installed
 *          heard ROUND COUNTER@CREATOR  has been given a message of every member in that round and view
 *          delivered COUNT              from time to time: messages in its life
 *          halted ROUND                 sends no more
 *          quiet ROUND                  has been given the last message of every member of its view
 *          ready ROUND | blocked true | blocked false | error WHAT
 * </pre>
 */
final class LoadMember implements Receiver {

    private static final int REPORT_EVERY = 1_000;
    private static final long SOCKET_BUFFER = 64 << 10;

    private final Channel channel;
    private final LoadSender sender;
    private final Set<Address> heard = new HashSet<>();
    private final Set<Address> finished = new HashSet<>();
    private MemberLog log;
    private View view;
    private int round;
    private int delivered;
    private volatile CountDownLatch gate = new CountDownLatch(0);

    private LoadMember(String name, String port, String hosts, int typicalBytes) {
        channel = StackBuilder.named("default", Map.of("muster.start_port", port, "muster.end_port", port,
                        "muster.initial_hosts", hosts)).name(name)
                .configure(TcpTransport.TYPE, LoadMember::smallBuffers).build().receiver(this);
        sender = new LoadSender(channel, typicalBytes);
    }

    public static void main(String[] arguments) {
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            failure.printStackTrace();
            tell("error " + thread.getName() + " failed: " + failure);
        });
        new LoadMember(arguments[0], arguments[1], arguments[2], Integer.parseInt(arguments[3])).obeyOrders();
        // no orderly end: whoever gives the orders is done with the group, or gone
        Runtime.getRuntime().halt(0);
    }

    /** As large as the system likes them, sockets take all that credits allow, and are never full. */
    private static void smallBuffers(Settings tcp) {
        tcp.set(TcpTransport.RECV_BUF_SIZE, SOCKET_BUFFER).set(TcpTransport.SEND_BUF_SIZE, SOCKET_BUFFER);
    }

    private void obeyOrders() {
        new Thread(sender, "sender").start();
        try (BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                obey(order.split(" ", 3));
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            tell("error obeying orders: " + e);
        }
    }

    private void obey(String[] order) throws IOException, InterruptedException {
        switch (order[0]) {
            case "connect" -> {
                begin(Integer.parseInt(order[1]), Path.of(order[2]));
                channel.connect("processes");
            }
            case "round" -> begin(Integer.parseInt(order[1]), Path.of(order[2]));
            case "go" -> sender.go();
            case "halt" -> {
                sender.halt();
                tell("halted " + round);
            }
            case "last" -> sender.sendLast();
            case "block" -> block();
            case "unblock" -> gate.countDown();
            default -> throw new IllegalArgumentException("unknown order " + order[0]);
        }
    }

    private synchronized void begin(int newRound, Path file) throws IOException {
        if (log != null) {
            log.close();
        }
        log = new MemberLog(file);
        round = newRound;
        finished.clear();
        heard.clear();
        sender.begin(newRound, log);
        if (view != null) {
            log.life(channel.address());
            log.view(ToldView.now(), view);
        }
        tell("ready " + round);
    }

    private void block() {
        gate = new CountDownLatch(1);
    }

    private void passGate() {
        CountDownLatch here = gate;
        if (here.getCount() > 0) {
            tell("blocked true");
            try {
                here.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            tell("blocked false");
        }
    }

    @Override
    public void receive(Message message) {
        throw new AssertionError("batches are taken as batches");
    }

    @Override
    public void receive(MessageBatch batch) {
        passGate();
        synchronized (this) {
            record(batch);
        }
    }

    private void record(MessageBatch batch) {
        int first = 0;
        int end = 0;
        while (batch.next()) {
            LoadMessage message = LoadMessage.read(batch.buffer(), batch.offset(), batch.length());
            if (message == null || message.round() != round) {
                log.odd("in round " + round + " from " + batch.source() + ": " + batch.length() + " bytes, " + message);
                continue;
            }
            if (message.number() != end || first == end) {
                flush(batch.source(), first, end);
                first = message.number();
            }
            end = message.number() + 1;
            if (message.last()) {
                finished.add(batch.source());
            }
        }
        flush(batch.source(), first, end);
        heard(batch.source());
    }

    private void flush(Address source, int first, int end) {
        if (end > first) {
            log.delivered(source, first, end - 1);
            if ((delivered + end - first) / REPORT_EVERY > delivered / REPORT_EVERY) {
                tell("delivered " + (delivered + end - first));
            }
            delivered += end - first;
        }
    }

    private void heard(Address source) {
        if (heard.add(source) && heard.containsAll(view.members())) {
            tell("heard " + round + " " + ToldView.idOf(view.id()));
        }
        if (finished.contains(source) && finished.containsAll(view.members())) {
            tell("quiet " + round);
        }
    }

    @Override
    public synchronized void viewAccepted(View installed) {
        long now = ToldView.now();
        if (view == null) {
            log.life(channel.address());
        }
        view = installed;
        heard.clear();
        log.view(now, installed);
        tell(ToldView.line(installed, now));
    }

    private static void tell(String line) {
        synchronized (System.out) {
            System.out.println(line);
        }
    }
}
