package dev.muster.it.large;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.it.FreePorts;
import dev.muster.it.Patience;
import dev.muster.it.ToldProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A large message is in memory once at its sender and once at each receiver: that nobody runs out of memory shows it, for the
 * heaps have room for the message, an eighth of it, and {@value #ROOM_MEGABYTES} MB for all else that a member needs. The eighth
 * is for what comes before there is an array to put it in, and for a collector that must find the array's place in one piece.
 * With {@code -Dmuster.large.bytes=1073741824} it is 1 GiB.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class LargeMessageTest {

    private static final int ROOM_MEGABYTES = 128;
    private static final long BYTES = Long.getLong("muster.large.bytes", 256 << 20);
    private static final String HEAP = (BYTES + BYTES / 8 >> 20) + ROOM_MEGABYTES + "m";

    @Test
    void aMessageThatFitsOnceIntoTheMemoryOfEachMemberIsSentAndReceivedToTheGroupAndToOne() throws IOException {
        Path directory = Files.createDirectories(Path.of("target", "large"));
        int port = FreePorts.inARow(2);
        try (ToldProcess sender = start("ann", port, port, directory)) {
            Patience.await(() -> "a view at " + sender, () -> sender.number("view") == 1);
            try (ToldProcess receiver = start("bob", port + 1, port, directory)) {
                List<ToldProcess> both = List.of(sender, receiver);
                Patience.await(() -> "one view of " + both, () -> both.stream().allMatch(member -> member.number("view") == 2));

                sender.order("group");
                Patience.await(() -> "the message at " + both, () -> both.stream().allMatch(LargeMessageTest::hasOne));

                receiver.order("rest");
                Patience.await(() -> "the end of the callback at " + receiver, () -> receiver.number("rested") == 1);
                sender.order("one");
                Patience.await(() -> "the next message at " + receiver, () -> receiver.number("whole") == 2);
                System.out.println(BYTES + " bytes, -Xmx" + HEAP + ": " + both);
                assertThat(both).allMatch(member -> member.number("broken") == 0);
            }
        }
    }

    private static boolean hasOne(ToldProcess member) {
        return member.number("whole") == 1;
    }

    private static ToldProcess start(String name, int port, int firstPort, Path directory) throws IOException {
        String hosts = "127.0.0.1[" + firstPort + "],127.0.0.1[" + (firstPort + 1) + "]";
        return ToldProcess.start(LargeMessageMember.class, HEAP, directory, name, String.valueOf(port), hosts,
                String.valueOf(BYTES));
    }
}
