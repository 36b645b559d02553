package dev.muster.it.large;

import dev.muster.api.Address;
import dev.muster.api.Channel;
import dev.muster.api.Flag;
import dev.muster.api.Message;
import dev.muster.api.MessageBatch;
import dev.muster.api.Receiver;
import dev.muster.api.StackBuilder;
import dev.muster.api.View;
import dev.muster.protocols.reliability.Fragmentation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32;

/**
 * A member in a process of its own, with the shipped stack and messages as large as it is told. It gives the array that it
 * sends away, looks at its own message where it lies, and takes those of others for its own.
 *
 * <pre>
 * arguments  NAME PORT HOSTS BYTES of a message
 * orders     group | one: send to all, to the other member
 *            rest: tell when nothing is left to be handed over, so that what was is no longer needed
 * tells      view SIZE
 *            whole COUNT | broken COUNT   large messages that came
 *            rested COUNT       times
 *            millis TIME        from the order to send until the own message came
 *            heap MB            most that the heap held
 *            direct MB          outside of it, in buffers
 *            resident MB        most memory of the process; 0 if the system does not say
 * </pre>
 */
final class LargeMessageMember implements Receiver {

    private static final int SUM_BYTES = Long.BYTES;

    private final Channel channel;
    private final int bytes;
    private byte[] message;
    private int whole;
    private int broken;
    private int rested;
    private volatile long began;

    private LargeMessageMember(String name, String port, String hosts, int bytes) {
        this.bytes = bytes;
        channel = StackBuilder.named("default", Map.of("muster.start_port", port, "muster.end_port", port,
                        "muster.initial_hosts", hosts)).name(name)
                .configure(Fragmentation.TYPE, frag -> frag.set(Fragmentation.MAX_MESSAGE_SIZE, (long) bytes))
                .build().receiver(this);
    }

    public static void main(String[] arguments) throws IOException {
        LargeMessageMember member = new LargeMessageMember(arguments[0], arguments[1], arguments[2],
                Integer.parseInt(arguments[3]));
        member.channel.connect("large");
        try (BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                member.obey(order);
            }
        }
        // no orderly end: whoever gives the orders is done with the group, or gone
        Runtime.getRuntime().halt(0);
    }

    private void obey(String order) {
        began = System.nanoTime();
        switch (order) {
            case "group" -> channel.send(Message.toAll(message(), Flag.NO_COPY));
            case "one" -> channel.send(Message.to(other(), message(), Flag.NO_COPY));
            case "rest" -> rest();
            default -> throw new IllegalArgumentException("unknown order " + order);
        }
    }

    private void rest() {
        while (channel.counters().get("CHANNEL.inbox_packets") > 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        tell("rested", ++rested);
    }

    private Address other() {
        return channel.view().members().stream().filter(member -> !member.equals(channel.address())).findFirst().orElseThrow();
    }

    /** Nothing like itself anywhere, and a sum at its end. */
    private byte[] message() {
        if (message == null) {
            message = new byte[bytes];
            long state = bytes;
            for (int at = 0; at + Long.BYTES <= bytes; at += Long.BYTES) {
                state = state * 6364136223846793005L + 1442695040888963407L;
                ByteBuffer.wrap(message, at, Long.BYTES).putLong(state);
            }
            ByteBuffer.wrap(message).putLong(bytes - SUM_BYTES, sum(message, 0, bytes - SUM_BYTES));
        }
        return message;
    }

    private static long sum(byte[] array, int offset, int length) {
        CRC32 sum = new CRC32();
        sum.update(array, offset, length);
        return sum.getValue();
    }

    @Override
    public void receive(Message message) {
        throw new AssertionError("batches are taken as batches");
    }

    @Override
    public void receive(MessageBatch batch) {
        while (batch.next()) {
            if (batch.source().equals(channel.address())) {
                look(batch.buffer(), batch.offset(), batch.length());
                tell("millis", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
            } else {
                byte[] taken = batch.message().payload();
                look(taken, 0, taken.length);
            }
        }
        tellMemory();
    }

    private void look(byte[] array, int offset, int length) {
        int end = offset + length - SUM_BYTES;
        if (length == bytes && ByteBuffer.wrap(array).getLong(end) == sum(array, offset, length - SUM_BYTES)) {
            tell("whole", ++whole);
        } else {
            tell("broken", ++broken);
        }
    }

    @Override
    public void viewAccepted(View view) {
        tell("view", view.size());
    }

    private static void tellMemory() {
        long heap = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            heap += pool.getType() == MemoryType.HEAP ? pool.getPeakUsage().getUsed() : 0;
        }
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed).sum();
        tell("heap", heap >> 20);
        tell("direct", direct >> 20);
        tell("resident", residentKilobytes() >> 10);
    }

    private static long residentKilobytes() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElse(0);
        } catch (IOException e) {
            // not on this system
            return 0;
        }
    }

    private static void tell(String word, long number) {
        synchronized (System.out) {
            System.out.println(word + " " + number);
        }
    }
}
