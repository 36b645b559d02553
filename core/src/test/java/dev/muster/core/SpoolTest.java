package dev.muster.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.spi.Packet;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class SpoolTest {

    private static final byte[] SECRET = new byte[Spool.SECRET_BYTES];

    private static Packet packet(int length, int seed) {
        byte[] payload = new byte[length];
        new Random(seed).nextBytes(payload);
        return Packet.toGroup().withFlags(Packet.DATA | Packet.SINGLE).withPayload(payload, 0, length).from(Fakes.ANNA, 1)
                .withCredit(length);
    }

    private static List<String> texts(List<Packet> packets) {
        return packets.stream().map(packet -> packet.source().name() + "→"
                + (packet.destination() == null ? "all" : packet.destination().name()) + " " + packet.flags() + " "
                + Fakes.text(packet)).toList();
    }

    @Test
    void packetsComeBackAsTheApplicationIsGivenThemButWithoutCredit() throws IOException {
        byte[] unicast = Fakes.bytes("not this, this, not this");
        List<Packet> packets = List.of(Fakes.packet(Fakes.ANNA, "one"), Fakes.packet(Fakes.BERT, ""),
                Packet.to(Fakes.CARL).withFlags(Packet.DATA).withPayload(unicast, 10, 4).from(Fakes.ANNA, 1));
        try (Spool spool = new Spool(1_000, SECRET)) {
            List<Packet> back = spool.store(packets).load();

            assertThat(texts(back)).isEqualTo(texts(packets));
            assertThat(back).allMatch(packet -> packet.credit() == 0);
        }
    }

    @Test
    void theOldestMakeRoomForTheNewestAgainAndAgain() throws IOException {
        try (Spool spool = new Spool(300_000, SECRET)) {
            List<Spool.Batch> waiting = new ArrayList<>();
            for (int number = 0; number < 40; number++) {
                waiting.add(spool.store(List.of(packet(70_001, number), packet(1, number))));
                if (waiting.size() == 4) {
                    int oldest = number - 3;
                    assertThat(spool.store(List.of(packet(70_000, 0)))).as("full").isNull();
                    Spool.Batch first = waiting.remove(0);
                    assertThat(texts(first.load())).isEqualTo(texts(List.of(packet(70_001, oldest), packet(1, oldest))));
                    first.free();
                }
            }
        }
    }

    @Test
    void whatIsFreedBeforeOlderPacketsMakesNoRoomUntilTheseAreFreed() throws IOException {
        try (Spool spool = new Spool(100_000, SECRET)) {
            Spool.Batch oldest = spool.store(List.of(packet(40_000, 1)));
            spool.store(List.of(packet(40_000, 2))).free();
            assertThat(spool.store(List.of(packet(40_000, 3)))).isNull();
            assertThat(texts(oldest.load())).isEqualTo(texts(List.of(packet(40_000, 1))));

            oldest.free();

            assertThat(texts(spool.store(List.of(packet(90_000, 4))).load())).isEqualTo(texts(List.of(packet(90_000, 4))));
        }
    }

    /** Linux shows the files that a process has open, even those that have no name any more. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void nothingCanBeReadOfTheFileAndNothingIsLeftOfIt() throws IOException {
        try (Spool spool = new Spool(1_000, SECRET)) {
            assertThat(spool.store(List.of(Fakes.packet(Fakes.ANNA, "confidential"))).load()).hasSize(1);
            try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
                assertThat(open.filter(fd -> target(fd).contains("muster-held-back"))).isNotEmpty().allSatisfy(fd -> {
                    assertThat(target(fd)).endsWith("(deleted)");
                    assertThat(Files.readString(fd, StandardCharsets.ISO_8859_1)).doesNotContain("confidential");
                });
            }
        }
    }

    private static String target(Path fd) {
        try {
            return Files.readSymbolicLink(fd).toString();
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void whoComesTooLateIsToldSo() throws IOException {
        Spool spool = new Spool(1_000, SECRET);
        Spool.Batch batch = spool.store(List.of(Fakes.packet(Fakes.ANNA, "one")));
        spool.close();

        assertThatThrownBy(batch::load).isInstanceOf(ClosedChannelException.class);
    }
}
