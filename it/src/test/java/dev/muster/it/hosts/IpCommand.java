package dev.muster.it.hosts;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/** The command that makes network namespaces and what is in them: {@code ip} of Linux. Most of what it does only root may. */
final class IpCommand {

    private static final long PATIENCE_SECONDS = 20;
    private static final String OWN = "muster-";
    private static final Pattern NAMESPACE = Pattern.compile("^(" + OWN + "(\\d+)-\\S+).*", Pattern.MULTILINE);

    private IpCommand() {}

    /**
     * Run it.
     *
     * @param words with spaces between; names have none
     * @return what it says
     * @throws IOException if it can't be run, or fails; the message holds what it says
     */
    static String run(String words) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(words.split(" ")));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("ip " + words + ": " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("ip " + words + ": interrupted", e);
        }
        return said;
    }

    /** A name for a namespace, from which can be told whose it is. */
    static String ownName(String last) {
        return OWN + ProcessHandle.current().pid() + "-" + last;
    }

    /**
     * Go on only where namespaces can be made. Where not, the test fails in CI, which is to have everything, and is not run
     * elsewhere; both tell the reason.
     */
    static void require() {
        String obstacle = obstacle();
        if (obstacle != null && "true".equals(System.getenv("CI"))) {
            throw new AssertionError(obstacle);
        }
        if (obstacle != null) {
            System.err.println("not run, because " + obstacle);
            Assumptions.abort(obstacle);
        }
    }

    private static String obstacle() {
        String probe = ownName("probe");
        try {
            run("netns add " + probe);
            run("netns delete " + probe);
            return null;
        } catch (IOException e) {
            return "hosts of their own need network namespaces: Linux, root, and the command ip (package iproute2): "
                    + e.getMessage();
        }
    }

    /** Remove the namespaces that runs left behind which were killed. */
    static void removeLeftovers() throws IOException {
        Matcher names = NAMESPACE.matcher(run("netns list"));
        while (names.find()) {
            boolean running = ProcessHandle.of(Long.parseLong(names.group(2))).isPresent();
            if (!running) {
                run("netns delete " + names.group(1));
            }
        }
    }
}
