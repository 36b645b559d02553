package dev.muster.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.Channel;
import dev.muster.api.View;
import dev.muster.security.KeyFile;
import dev.muster.security.KeyRing;
import dev.muster.security.PreSharedKey;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The default stack with ENCRYPT, and people on the same ports who have another key or none. */
@Timeout(180)
class EncryptedGroupTest {

    private static final int MEMBER = 1;
    private static final int INTRUDER = 2;

    @TempDir
    private Path folder;
    private Path key;
    private Path otherKey;

    @BeforeEach
    void makeKeys() throws IOException {
        key = folder.resolve("group.key");
        otherKey = folder.resolve("other.key");
        for (Path file : new Path[] {key, otherKey}) {
            byte[] bytes = new byte[PreSharedKey.BYTES];
            new SecureRandom().nextBytes(bytes);
            new KeyFile(file).write(KeyRing.of(PreSharedKey.of(bytes)));
        }
    }

    @Test
    void whoHasTheKeyJoinsAndWhoHasAnotherOrNoneIsNeitherHeardNorParsedNorDisturbsAnybody() {
        Witness atA = new Witness(MEMBER);
        Witness atB = new Witness(MEMBER);
        Witness atStranger = new Witness(INTRUDER);
        Witness atPlain = new Witness(INTRUDER);
        try (LocalGroup group = new LocalGroup("sealed")) {
            Channel a = group.joinEncrypted(key, atA, "a");
            Channel b = group.joinEncrypted(key, atB, "b");
            group.awaitViews(2);
            View before = a.view();
            try (Channel stranger = group.intrude(otherKey, atStranger, "stranger");
                    Channel plain = group.intrude(null, atPlain, "plain")) {
                assertThat(stranger.view().size()).isEqualTo(1);
                assertThat(plain.view().size()).isEqualTo(1);
                stranger.send(new byte[100]);
                plain.send(new byte[100]);
                b.send(new byte[100]);
                Patience.await("both strangers being turned away", () -> dropped(a, b, "dropped_unknown_key") > 0
                        && dropped(a, b, "dropped_unauthenticated") + dropped(a, b, "dropped_mute") > 0);
            }
            assertThat(a.view()).isEqualTo(before);
            assertThat(b.view()).isEqualTo(before);
        }
        assertThat(atA.decoded()).containsExactly(MEMBER);
        assertThat(atB.decoded()).containsExactly(MEMBER);
        assertThat(atStranger.decoded()).doesNotContain(MEMBER);
        assertThat(atPlain.decoded()).doesNotContain(MEMBER);
    }

    private static long dropped(Channel a, Channel b, String reason) {
        return Stream.of(a, b).mapToLong(channel -> channel.counters().getOrDefault("ENCRYPT." + reason, 0L)).sum();
    }

    @Test
    void aMissingKeyFileIsToldByConnect() {
        try (LocalGroup group = new LocalGroup("keyless")) {
            assertThatThrownBy(() -> group.intrude(folder.resolve("none"), new Witness(INTRUDER), "x"))
                    .hasStackTraceContaining("there is no such key file; make one with: muster key");
        }
    }
}
