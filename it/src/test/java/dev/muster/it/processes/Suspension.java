package dev.muster.it.processes;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A process that stands still (SIGSTOP) until this is closed (SIGCONT). A shell does it, and resumes the process when its
 * standard input ends: so nobody stays behind stopped for ever, should this JVM be killed. The process then finds its own
 * input at an end.
 */
final class Suspension implements AutoCloseable {

    private final Process shell;

    Suspension(long pid) throws IOException {
        shell = new ProcessBuilder("sh", "-c", "kill -STOP \"$0\" && echo stopped && read _; kill -CONT \"$0\"",
                String.valueOf(pid)).redirectErrorStream(true).start();
        BufferedReader said = shell.inputReader(StandardCharsets.UTF_8);
        String line = said.readLine();
        if (!"stopped".equals(line)) {
            shell.destroy();
            throw new IOException("process " + pid + " could not be stopped: " + line);
        }
    }

    /** Let it go on; calling it again does nothing. */
    @Override
    public void close() throws IOException {
        shell.getOutputStream().close();
    }
}
