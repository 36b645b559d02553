package dev.muster.it;

import dev.muster.api.Address;
import dev.muster.api.Channel;
import dev.muster.api.Message;
import dev.muster.api.MessageBatch;
import dev.muster.api.Receiver;
import dev.muster.api.StackBuilder;
import dev.muster.api.View;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A member that sends numbered messages to all as fast as the stack takes them, until a line comes on standard input, and
 * checks that nobody's numbers have a gap. What it says on standard output is read by {@link MemberProcess}:
 *
 * <pre>
 *   view 5|a:b:c|a=17,b=0     installed; up to here that many messages of each sender were delivered
 *   progress a=20000,b=7      the same, from time to time
 *   sent 31337                asked to stop; that many messages were accepted in all
 *   error …                   a gap, a repetition, a refusal
 * </pre>
 */
final class LoadMember implements Receiver {

    private static final int BYTES = 100;
    private static final int REPORT_EVERY = 20_000;

    private final Map<String, Long> delivered = new TreeMap<>();
    private volatile boolean stopping;
    private volatile boolean started;
    private int untilReport = REPORT_EVERY;

    public static void main(String[] arguments) throws Exception {
        new LoadMember().run(arguments[0], arguments[1], arguments[2]);
    }

    private void run(String name, String port, String hosts) throws Exception {
        Channel channel = StackBuilder.named("default", Map.of(
                "muster.start_port", port, "muster.end_port", port, "muster.initial_hosts", hosts)).name(name).build();
        channel.receiver(this).connect("processes");
        Thread sender = new Thread(() -> say("sent " + sendUntilStopped(channel)), "sender");
        sender.start();
        while (System.in.read() != '\n') {
            started = true; // any other byte means: begin
        }
        stopping = true;
        sender.join();
        while (System.in.read() != '\n') {
            Thread.onSpinWait();
        }
        channel.close();
        System.exit(0);
    }

    private long sendUntilStopped(Channel channel) {
        byte[] payload = new byte[BYTES];
        long number = 0;
        try {
            while (!stopping) {
                if (!started) {
                    Thread.sleep(1);
                    continue;
                }
                ByteBuffer.wrap(payload).putLong(number + 1);
                channel.send(null, payload, 0, BYTES);
                number++;
            }
        } catch (InterruptedException | RuntimeException e) {
            say("error sending: " + e);
        }
        return number;
    }

    @Override
    public void receive(Message message) {
        throw new AssertionError("batches are taken as batches");
    }

    @Override
    public void receive(MessageBatch batch) {
        Address source = batch.source();
        synchronized (delivered) {
            while (batch.next()) {
                long number = ByteBuffer.wrap(batch.buffer(), batch.offset(), batch.length()).getLong();
                Long before = delivered.put(source.name(), number);
                if (before != null && number != before + 1 || before == null && number != 1) {
                    say("error " + number + " of " + source.name() + " follows " + before);
                }
                if (--untilReport == 0) {
                    untilReport = REPORT_EVERY;
                    say("progress " + counts());
                }
            }
            if (stopping) {
                say("progress " + counts());
            }
        }
    }

    @Override
    public void viewAccepted(View view) {
        synchronized (delivered) {
            say("view " + view.id().counter() + "|"
                    + view.members().stream().map(Address::name).collect(Collectors.joining(":")) + "|" + counts());
        }
    }

    private String counts() {
        return delivered.entrySet().stream().map(Object::toString).collect(Collectors.joining(","));
    }

    private static synchronized void say(String line) {
        System.out.println(line);
    }
}
