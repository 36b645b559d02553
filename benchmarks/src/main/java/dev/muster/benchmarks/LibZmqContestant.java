package dev.muster.benchmarks;

import dev.muster.cli.perf.Contestant;
import dev.muster.cli.perf.Inbox;
import dev.muster.cli.perf.Node;
import dev.muster.cli.perf.Seat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * libzmq, as the system has it: each member publishes, all others subscribe. Its members are a program in C, compiled here
 * when first asked for, so that nothing of Java stands in its way.
 */
public final class LibZmqContestant implements Contestant {

    private static final String SOURCE = "libzmq-member.c";

    private List<String> program = List.of();

    /** For the service loader. */
    public LibZmqContestant() {}

    @Override
    public String name() {
        return "libzmq";
    }

    @Override
    public String description() {
        return "libzmq of this system, XPUB and SUB over TCP, queues of 100 000, full ones block; members in C";
    }

    @Override
    public boolean deliversToSender() {
        return false;
    }

    @Override
    public synchronized List<String> program() throws IOException, InterruptedException {
        if (program.isEmpty()) {
            Path folder = Files.createTempDirectory("libzmq-member");
            Path source = folder.resolve(SOURCE);
            try (InputStream text = LibZmqContestant.class.getResourceAsStream(SOURCE)) {
                Files.copy(text, source);
            }
            Path binary = folder.resolve("libzmq-member");
            List.of(folder, source, binary).forEach(each -> each.toFile().deleteOnExit());
            compile(source, binary);
            program = List.of(binary.toString());
        }
        return program;
    }

    private static void compile(Path source, Path binary) throws IOException, InterruptedException {
        Process compiler = new ProcessBuilder("cc", "-O2", "-o", binary.toString(), source.toString(), "-lzmq", "-lpthread")
                .redirectErrorStream(true).start();
        String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (compiler.waitFor() != 0) {
            throw new IOException("needs a C compiler and the system's package of libzmq with its headers (libzmq3-dev): "
                    + said.lines().findFirst().orElse("no word from cc"));
        }
    }

    @Override
    public Node join(Seat seat, Inbox inbox) {
        throw new UnsupportedOperationException("its members are programs of their own");
    }
}
