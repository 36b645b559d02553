package dev.muster.security;

import static dev.muster.security.Keys.key;
import static dev.muster.security.Keys.ring;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFileTest {

    @TempDir
    private Path folder;

    private KeyFile file() {
        return new KeyFile(folder.resolve("group.key"));
    }

    private void assertRefused(String content, String... expected) throws IOException {
        Path path = Files.writeString(folder.resolve("bad.key"), content);
        assertThatThrownBy(() -> new KeyFile(path).read()).isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll(expected).hasMessageContainingAll("bad.key", "muster key");
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        KeyRing keys = ring(1).with(key(2));
        file().write(keys);

        assertThat(file().read()).isEqualTo(keys);
        assertThat(file().read().sealing()).isEqualTo(key(1));
    }

    @Test
    void onlyTheOwnerCanReadIt() throws IOException {
        file().write(ring(1));
        file().write(ring(2));

        Path path = folder.resolve("group.key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path))).isEqualTo("rw-------");
        assertThat(file().openness()).isEmpty();
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(file().openness()).hasValueSatisfying(warning -> assertThat(warning).contains("chmod 600"));
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(path);
        }
    }

    @Test
    void aFileThatIsNoKeyFileIsRefusedWithARemedyAndTellsNothingOfTheKey() throws IOException {
        String base64 = key(1).base64();
        String id = key(1).id();
        assertThatThrownBy(() -> file().read()).hasMessageContainingAll("group.key", "no such key file", "muster key");
        assertRefused("", "0 keys, expected 1 to 16");
        assertRefused("# nothing\n\n", "0 keys");
        assertRefused("secret\n", ":1", "no key");
        assertRefused("# comment, with a comma\nmuster-key-2 " + id + " " + base64, ":2", "expected muster-key-1");
        assertRefused("muster-key-1 " + id + " " + Base64.getEncoder().encodeToString(new byte[16]), "16 bytes, expected 32");
        assertRefused("muster-key-1 " + id + " " + Base64.getEncoder().encodeToString(new byte[32]), "all the same");
        assertRefused("muster-key-1 " + id + " %%%", "no base64");
        assertRefused("muster-key-1 00000000 " + base64, "00000000", id, "damaged");
        assertRefused("x".repeat(70_000), "70000 bytes");
        assertThatThrownBy(() -> KeyRing.parse("muster-key-1 00000000 " + base64, "there"))
                .hasMessageNotContaining(base64.substring(0, 8));
        String line = "muster-key-1 " + id + " " + base64 + "\n";
        Path twice = Files.writeString(folder.resolve("twice.key"), line + line);
        assertThatThrownBy(() -> new KeyFile(twice).read()).hasMessageContaining("key " + id + " is there twice; remove one");
    }

    @Test
    void aRotationAddsAKeyPutsItFirstAndRemovesTheOldOne() {
        KeyRing added = ring(1).with(key(2));
        assertThat(added.sealing()).isEqualTo(key(1));
        KeyRing promoted = added.sealingWith(key(2).id());
        assertThat(promoted.keys()).isEqualTo(List.of(key(2), key(1)));
        assertThat(promoted.without(key(1).id())).isEqualTo(ring(2));

        assertThatThrownBy(() -> ring(1).without(key(1).id())).hasMessageContaining("the only one");
        assertThatThrownBy(() -> ring(1).sealingWith("12345678")).hasMessageContaining("there is no key 12345678");
    }

    @Test
    void keysInAPropertyAreSeparatedByCommas() {
        String one = "muster-key-1 " + key(1).id() + " " + key(1).base64();
        String two = "muster-key-1 " + key(2).id() + " " + key(2).base64();

        assertThat(KeyRing.parse(one + ", " + two, "property").keys()).containsExactly(key(1), key(2));
    }

    @Test
    void noTextTellsAKey() {
        assertThat(key(1)).hasToString("key " + key(1).id());
        assertThat(ring(1).toString()).doesNotContain(key(1).base64());
    }
}
