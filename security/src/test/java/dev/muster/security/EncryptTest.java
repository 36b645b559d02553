package dev.muster.security;

import static dev.muster.security.Keys.key;
import static dev.muster.security.Keys.ring;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.ConfigurationException;
import dev.muster.api.Settings;
import dev.muster.spi.Limits;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncryptTest {

    @TempDir
    private Path folder;

    private static void secure(Encrypt encrypt) {
        encrypt.secure(new TestEnvironment(1), new Counting().context());
    }

    @Test
    void withoutAKeyItDoesNotStartAndSaysWhatToDo() {
        assertThatThrownBy(() -> secure(new Encrypt(new Settings()))).isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll("ENCRYPT", "no key", "muster key FILE", "key_file", "muster.key_file");
        Settings missing = new Settings().set(Encrypt.KEY_FILE, folder.resolve("none").toString());
        assertThatThrownBy(() -> secure(new Encrypt(missing))).isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll("none", "there is no such key file", "muster key");
    }

    @Test
    void theKeyFileIsTheSettingThenTheProperty() throws Exception {
        Path named = folder.resolve("named");
        new KeyFile(named).write(ring(1));
        try {
            System.setProperty(Encrypt.FILE_PROPERTY, named.toString());
            secure(new Encrypt(new Settings()));
            Settings other = new Settings().set(Encrypt.KEY_FILE, folder.resolve("none").toString());
            assertThatThrownBy(() -> secure(new Encrypt(other))).hasMessageContaining("none");
        } finally {
            System.clearProperty(Encrypt.FILE_PROPERTY);
        }
    }

    @Test
    void keysMayStandInAPropertyThemselves() {
        try {
            System.setProperty(Encrypt.KEY_PROPERTY, "muster-key-1 " + key(1).id() + " " + key(1).base64());
            secure(new Encrypt(new Settings()));
            System.setProperty(Encrypt.KEY_PROPERTY, "muster-key-1 short");
            assertThatThrownBy(() -> secure(new Encrypt(new Settings()))).hasMessageContaining("property muster.key:1");
        } finally {
            System.clearProperty(Encrypt.KEY_PROPERTY);
        }
    }

    @Test
    void packetsLeaveRoomForWhatSealingAdds() {
        Limits below = new Limits(1_000, 1_000, true);

        assertThat(new Encrypt(new Settings()).limits(below).packetBytes()).isEqualTo(1_000 - SealedDatagram.OVERHEAD);
    }
}
