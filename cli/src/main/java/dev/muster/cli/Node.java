package dev.muster.cli;

import dev.muster.api.Channel;
import dev.muster.api.ChannelListener;
import dev.muster.api.ChannelState;
import dev.muster.api.Message;
import dev.muster.api.MusterException;
import dev.muster.api.Receiver;
import dev.muster.api.StackBuilder;
import dev.muster.api.StateHandler;
import dev.muster.api.StateTransferException;
import dev.muster.api.View;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** One member whose user is a person, or whatever stands at the other end of standard input. */
@Command(name = "node", mixinStandardHelpOptions = true,
        description = "Be one member: lines go to all members, what they send is shown.",
        footer = {"/view    who is in the group", "/state   where this member stands, and the lines kept",
            "/stack   every protocol with its settings", "/quit    leave (the end of the input as well)"})
final class Node implements Callable<Integer>, Receiver, ChannelListener {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");
    private static final int LINES_KEPT = 1000;

    @Spec
    private CommandSpec spec;

    @Option(names = "--cluster", required = true, paramLabel = "NAME", description = "name of the group")
    private String cluster;

    @Option(names = "--name", paramLabel = "NAME", defaultValue = "", description = "name of this member")
    private String name;

    @Mixin
    private StackSource stack;

    /** The state of the group: what has been said lately. Guarded by itself. */
    private final Deque<String> lines = new ArrayDeque<>();

    private PrintWriter out;

    Node() {}

    @Override
    public Integer call() throws IOException {
        out = spec.commandLine().getOut();
        try (Channel channel = StackBuilder.of(stack.definition()).name(name).build()) {
            channel.receiver(this).listener(this).stateHandler(StateHandler.ofBytes(this::snapshot, this::restore));
            try {
                channel.connectWithState(cluster);
            } catch (StateTransferException e) {
                say("connected, but without what was said before: " + e.getMessage());
            }
            converse(channel);
        }
        return 0;
    }

    private void converse(Channel channel) throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            if (line.strip().equals("/quit")) {
                return;
            }
            try {
                obey(channel, line);
            } catch (MusterException e) {
                say("not sent: " + e.getMessage());
            }
        }
    }

    private void obey(Channel channel, String line) {
        switch (line.strip()) {
            case "" -> { }
            case "/view" -> say(String.valueOf(channel.view()));
            case "/state" -> describeState(channel);
            case "/stack" -> channel.describe().lines().forEach(this::say);
            default -> {
                if (line.startsWith("/")) {
                    say("unknown: " + line.strip() + "; there are /view, /state, /stack and /quit");
                } else {
                    channel.send(line.getBytes(StandardCharsets.UTF_8));
                }
            }
        }
    }

    private void describeState(Channel channel) {
        say(channel.address() + " is " + channel.state() + " in " + channel.cluster());
        synchronized (lines) {
            say(lines.size() + (lines.size() == 1 ? " line" : " lines") + " kept");
            lines.forEach(line -> say("| " + line));
        }
        channel.counters().forEach((counter, value) -> {
            if (value != 0) {
                say(counter + " " + value);
            }
        });
    }

    @Override
    public void receive(Message message) {
        String line = message.source() + ": " + message.text();
        synchronized (lines) {
            lines.addLast(line);
            if (lines.size() > LINES_KEPT) {
                lines.removeFirst();
            }
        }
        say(line);
    }

    @Override
    public void viewAccepted(View view) {
        say("view " + view);
    }

    @Override
    public void stateChanged(Channel channel, ChannelState from, ChannelState to) {
        if (to == ChannelState.NO_VIEW) {
            say("no view: the others have gone on without this member, or it is on the smaller side; waiting");
        }
    }

    private byte[] snapshot() {
        synchronized (lines) {
            return String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
        }
    }

    private void restore(byte[] state) {
        synchronized (lines) {
            lines.clear();
            new String(state, StandardCharsets.UTF_8).lines().forEach(lines::addLast);
            say(lines.size() + (lines.size() == 1 ? " line has" : " lines have") + " been said before; see /state");
        }
    }

    private void say(String text) {
        out.println(TIME.format(LocalTime.now()) + "  " + text);
        out.flush();
    }
}
