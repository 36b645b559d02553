package dev.muster.it;

import dev.muster.api.Address;
import dev.muster.api.Channel;
import dev.muster.api.MergeView;
import dev.muster.api.Message;
import dev.muster.api.ProtocolType;
import dev.muster.api.Receiver;
import dev.muster.api.StackBuilder;
import dev.muster.api.View;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A member in a process of its own. Arguments: its name, a stack that is shipped, then properties of that ({@code
 * muster.bind_addr=10.1.0.2}) and protocols to put in the place of others ({@code TCPPING MPING mcast_port=7555}, names and
 * values with commas between). When its input ends, so does the process.
 *
 * <pre>
 * orders   connect
 *          send COUNT BYTES           to all
 *          send COUNT BYTES NAME      to one
 * tells    ready true                 may be ordered to connect
 *          view …                     installed; see ToldView
 *          merges COUNT               views installed that merged parts of a group
 *          heard COUNT                different messages so far, of all members
 *          heard.NAME COUNT           of that one
 *          heard.with.SIZE COUNT      in views of that size
 *          delays COUNT MEDIAN WORST  from sending to hearing, microseconds, of those heard since it was last ordered to tell
 *          error WHAT
 * </pre>
 */
public final class GroupMember implements Receiver {

    private static final String CLUSTER = "told";

    private final String name;
    private final Set<String> heard = new HashSet<>();
    private final Map<String, Integer> heardOf = new HashMap<>();
    private final List<Long> delays = new ArrayList<>();
    private int viewSize;
    private int merges;
    private int sent;

    private GroupMember(String name) {
        this.name = name;
    }

    /**
     * Be a member.
     *
     * @param arguments as said above
     * @throws IOException if its input fails
     */
    public static void main(String[] arguments) throws IOException {
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            failure.printStackTrace();
            tell("error " + thread.getName() + " failed: " + failure);
        });
        GroupMember member = new GroupMember(arguments[0]);
        try {
            Channel channel = stack(arguments).name(arguments[0]).build().receiver(member);
            tell("ready true");
            for (String order = line(); order != null; order = line()) {
                member.obey(channel, order.split(" "));
            }
        } catch (RuntimeException e) {
            e.printStackTrace();
            tell("error " + e);
        }
        // no orderly end: whoever gives the orders is done with the group, or gone
        Runtime.getRuntime().halt(0);
    }

    private static StackBuilder stack(String[] arguments) {
        List<String> choices = Arrays.asList(arguments).subList(2, arguments.length);
        Map<String, String> properties = map(choices.stream().filter(choice -> choice.indexOf(' ') < 0).toList());
        StackBuilder stack = StackBuilder.of(StackBuilder.named(arguments[1], properties).definition());
        for (String choice : choices) {
            String[] words = choice.split(" ", 3);
            if (words.length == 3) {
                stack.replace(ProtocolType.of(words[0]), words[1], map(List.of(words[2].split(","))));
            }
        }
        return stack;
    }

    private static Map<String, String> map(List<String> assignments) {
        return assignments.stream().map(text -> text.split("=", 2))
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1], (a, b) -> b, LinkedHashMap::new));
    }

    private static String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = System.in.read(); next != '\n'; next = System.in.read()) {
            if (next < 0) {
                return null;
            }
            line.append((char) next);
        }
        return line.toString();
    }

    private void obey(Channel channel, String[] order) {
        switch (order[0]) {
            case "connect" -> channel.connect(CLUSTER);
            case "send" -> send(channel, Integer.parseInt(order[1]), Integer.parseInt(order[2]),
                    order.length > 3 ? order[3] : null);
            case "delays" -> tellDelays();
            default -> throw new IllegalArgumentException("unknown order " + order[0]);
        }
    }

    private void send(Channel channel, int count, int bytes, String receiver) {
        Address to = receiver == null ? null : channel.view().members().stream()
                .filter(member -> member.name().equals(receiver)).findFirst().orElseThrow();
        for (int until = sent + count; sent < until; sent++) {
            String head = name + " " + sent + " " + ToldView.now() + " ";
            byte[] message = Arrays.copyOf(head.getBytes(StandardCharsets.UTF_8), Math.max(bytes, head.length()));
            if (to == null) {
                channel.send(message);
            } else {
                channel.send(to, message);
            }
        }
    }

    @Override
    public void receive(Message message) {
        String[] words = message.text().split(" ", 4);
        if (!words[0].equals(message.source().name())) {
            tell("error heard of " + message.source() + " what " + words[0] + " sent");
        }
        synchronized (heard) {
            if (heard.add(words[0] + " " + words[1])) {
                delays.add(ToldView.now() - Long.parseLong(words[2]));
                tell("heard " + heard.size());
                tellOneMore("heard." + words[0]);
                tellOneMore("heard.with." + viewSize);
            } else {
                tell("error heard twice: " + words[0] + " " + words[1]);
            }
        }
    }

    private void tellOneMore(String word) {
        tell(word + " " + heardOf.merge(word, 1, Integer::sum));
    }

    private void tellDelays() {
        synchronized (heard) {
            List<Long> sorted = delays.stream().sorted().toList();
            delays.clear();
            tell("delays " + sorted.size() + (sorted.isEmpty() ? " 0 0"
                    : " " + sorted.get(sorted.size() / 2) + " " + sorted.get(sorted.size() - 1)));
        }
    }

    @Override
    public void viewAccepted(View view) {
        synchronized (heard) {
            viewSize = view.size();
            if (view instanceof MergeView) {
                merges++;
                tell("merges " + merges);
            }
            tell(ToldView.line(view, ToldView.now()));
        }
    }

    private static void tell(String what) {
        synchronized (System.out) {
            System.out.println(what);
        }
    }
}
