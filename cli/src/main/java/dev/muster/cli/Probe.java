package dev.muster.cli;

import dev.muster.api.MusterException;
import dev.muster.core.DiagnosticsPort;
import dev.muster.core.Passcode;
import dev.muster.spi.TransportSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Reads running members. */
@Command(name = "probe", mixinStandardHelpOptions = true,
        description = {"Show running members: view, stack, counters, queues, and what a stuck message waits for.",
            "They answer if their transport has enable_diagnostics=true. Nothing is changed."})
final class Probe implements Callable<Integer> {

    private static final int LAST_PORT = 65_535;

    @Spec
    private CommandSpec spec;

    @Option(names = "--host", paramLabel = "HOST", defaultValue = "localhost",
            description = "where the members are (default: ${DEFAULT-VALUE})")
    private String host;

    @Option(names = "--port", paramLabel = "PORT",
            description = "ask this port alone; otherwise 7500 and the 31 ports after it are asked")
    private Integer port;

    @Option(names = "--passcode-file", paramLabel = "FILE",
            description = "holds the members' diagnostics_passcode, if they have one")
    private Path passcodeFile;

    @Option(names = "--timeout", paramLabel = "MILLISECONDS", defaultValue = "3000",
            description = "how long to wait for each member (default: ${DEFAULT-VALUE})")
    private int timeoutMillis;

    @Option(names = "--json", description = "print JSON: a list of members, one a line")
    private boolean json;

    Probe() {}

    @Override
    public Integer call() throws InterruptedException {
        if (new InetSocketAddress(host, first()).isUnresolved()) {
            throw new MusterException("--host " + host + " is unknown; expected the name or address of a host");
        }
        ProbeClient client = new ProbeClient(passcode(), timeoutMillis);
        List<String> answers = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (Future<Optional<String>> asked : askAll(client)) {
            try {
                asked.get().ifPresent(answers::add);
            } catch (ExecutionException e) {
                failures.add(e.getCause().getMessage());
            }
        }
        return show(answers, failures);
    }

    /** All ports at once: each of them may take its time where a firewall swallows what is sent there. */
    private List<Future<Optional<String>>> askAll(ProbeClient client) throws InterruptedException {
        List<Callable<Optional<String>>> questions = IntStream.rangeClosed(first(), last())
                .<Callable<Optional<String>>>mapToObj(candidate -> () ->
                        client.ask(new InetSocketAddress(host, candidate), json ? "JSON" : "TEXT")).toList();
        ExecutorService threads = Executors.newFixedThreadPool(questions.size());
        try {
            return threads.invokeAll(questions);
        } finally {
            threads.shutdown();
        }
    }

    private int show(List<String> answers, List<String> failures) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(answers.isEmpty() ? "[]" : "[\n" + String.join(",\n", answers) + "\n]");
        } else {
            out.print(String.join(System.lineSeparator(), answers.stream().map(text -> text + "\n").toList()));
        }
        out.flush();
        if (answers.isEmpty() && failures.isEmpty()) {
            failures.add("no member answers at " + host + ", ports " + first() + " to " + last()
                    + "; set enable_diagnostics=true on the transport of those you want to see, or give --host and --port");
        }
        failures.forEach(failure -> spec.commandLine().getErr().println("muster: " + failure));
        spec.commandLine().getErr().flush();
        return failures.isEmpty() ? 0 : 1;
    }

    private int first() {
        return port != null ? port : TransportSettings.DIAGNOSTICS_PORT.initial().orElseThrow();
    }

    private int last() {
        return port != null ? port : Math.min(LAST_PORT, first() + DiagnosticsPort.PORTS - 1);
    }

    private Passcode passcode() {
        if (passcodeFile == null) {
            return null;
        }
        try {
            return new Passcode(Files.readString(passcodeFile).strip());
        } catch (IOException | IllegalArgumentException e) {
            throw new MusterException("--passcode-file " + passcodeFile + ": " + e.getMessage()
                    + "; expected a file that holds the passcode", e);
        }
    }
}
