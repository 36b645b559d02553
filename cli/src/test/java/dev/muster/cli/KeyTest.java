package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyTest {

    private static final String ID = "[0-9a-f]{8}";

    @TempDir
    private Path folder;

    private record Printed(int status, String out, String err) {
        private List<String> lines() {
            return out.lines().toList();
        }
    }

    private Path file() {
        return folder.resolve("group.key");
    }

    private static Printed key(Path file, String... options) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] args = new String[options.length + 2];
        args[0] = "key";
        args[1] = file.toString();
        System.arraycopy(options, 0, args, 2, options.length);
        int status = Muster.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(args);
        return new Printed(status, out.toString(), err.toString());
    }

    @Test
    void makesAFileForItsOwnerOnlyAndTellsTheIdButNotTheKey() throws IOException {
        Printed made = key(file());

        assertThat(made.status).isZero();
        assertThat(made.lines()).singleElement().asString().matches(ID + "  seals and opens");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file()))).isEqualTo("rw-------");
        String secret = Files.readString(file()).lines().filter(line -> !line.startsWith("#")).findFirst().orElseThrow()
                .split(" ")[2];
        assertThat(made.out).doesNotContain(secret);
    }

    @Test
    void replacesAKeyStepByStep() {
        String old = key(file()).out.substring(0, 8);
        Printed added = key(file(), "--add");
        assertThat(added.lines()).hasSize(2).first().asString().isEqualTo(old + "  seals and opens");
        String fresh = added.lines().get(1).substring(0, 8);

        assertThat(key(file(), "--seal-with", fresh).lines()).containsExactly(fresh + "  seals and opens", old + "  opens");
        assertThat(key(file(), "--remove", old).lines()).containsExactly(fresh + "  seals and opens");
        assertThat(key(file(), "--list", "--json").out).contains("\"sealsWith\"", fresh).doesNotContain(old);
    }

    @Test
    void neverOverwritesAKeyAndNeverLeavesNone() throws IOException {
        String id = key(file()).out.substring(0, 8);
        String before = Files.readString(file());

        assertThat(key(file()).err).contains("exists already", "--add");
        assertThat(key(file(), "--remove", id).err).contains("the only one");
        assertThat(key(file(), "--seal-with", "00000000").err).contains("there is no key 00000000");
        assertThat(key(file(), "--add", "--list").status).isEqualTo(2);
        assertThat(Files.readString(file())).isEqualTo(before);
    }

    @Test
    void saysWhatIsWrongWithAFile() throws IOException {
        assertThat(key(folder.resolve("none"), "--add").err).contains("no such key file");
        assertThat(key(Files.writeString(folder.resolve("bad"), "hello"), "--list").err).contains("bad:1", "no key");
        assertThat(key(folder.resolve("no/folder")).err).contains("can't be written", "check folder");
    }
}
