package dev.muster.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Channel;
import dev.muster.api.ProtocolType;
import dev.muster.api.StackBuilder;
import dev.muster.core.Assembler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member tells its log where it can be reached, unless told otherwise; in a JVM of its own, whose log is set up for this. */
class LocalAddressTest {

    private static final long HUNG_AFTER_SECONDS = 120;

    @TempDir
    private Path directory;

    /** The member: founds a group and leaves it. */
    public static final class Member {
        private Member() {}

        /**
         * Run it.
         *
         * @param arguments value of print_local_addr, port
         */
        public static void main(String[] arguments) {
            StackBuilder stack = StackBuilder.named("default", Map.of("muster.start_port", arguments[1], "muster.end_port",
                    arguments[1], "muster.initial_hosts", "127.0.0.1[" + arguments[1] + "]"));
            stack.replace(ProtocolType.of("pbcast.GMS"), "GMS", Map.of("print_local_addr", arguments[0]));
            try (Channel channel = Assembler.installed().channel(stack.definition(), "ann")) {
                channel.connect("addresses");
            }
        }
    }

    private String logOf(boolean print, int port) throws IOException, InterruptedException {
        Path log = directory.resolve(print + ".log");
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-Dorg.slf4j.simpleLogger.log.dev.muster.protocols.membership=info", "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Member.class.getName(), String.valueOf(print), String.valueOf(port))
                .redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            assertThat(process.waitFor(HUNG_AFTER_SECONDS, TimeUnit.SECONDS)).as("not hung").isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(log);
    }

    @Test
    void printLocalAddrDecidesWhetherTheLogTellsTheAddress() throws IOException, InterruptedException {
        int port = FreePorts.inARow(1);
        assertThat(logOf(true, port)).contains("ann (").contains(") of group addresses is at /127.0.0.1:" + port);
        assertThat(logOf(false, port)).contains("installs view").doesNotContain("is at");
    }
}
