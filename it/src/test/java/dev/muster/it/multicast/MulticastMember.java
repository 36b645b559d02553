package dev.muster.it.multicast;

import dev.muster.api.Channel;
import dev.muster.api.Message;
import dev.muster.api.Receiver;
import dev.muster.api.StackBuilder;
import dev.muster.api.View;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A member in a process of its own, with the stack {@code udp}. It sends as many messages to all as it is told on standard
 * input, a number per line; when that ends, so does the process.
 *
 * <pre>
 * tells    view SIZE     installed
 *          heard COUNT   different messages so far, of all members
 * </pre>
 */
final class MulticastMember implements Receiver {

    private final Set<String> heard = new HashSet<>();

    private MulticastMember() {}

    public static void main(String[] arguments) throws IOException {
        String name = arguments[0];
        Channel channel = StackBuilder.named("udp", Map.of("muster.mcast_port", arguments[1])).name(name).build()
                .receiver(new MulticastMember());
        channel.connect("multicast");
        int sent = 0;
        for (String order = line(); order != null; order = line()) {
            for (int until = sent + Integer.parseInt(order); sent < until; sent++) {
                channel.send((name + " " + sent).getBytes(StandardCharsets.UTF_8));
            }
        }
        // no orderly end: whoever gives the orders is done with the group, or gone
        Runtime.getRuntime().halt(0);
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

    @Override
    public void receive(Message message) {
        synchronized (heard) {
            heard.add(message.text());
            tell("heard " + heard.size());
        }
    }

    @Override
    public void viewAccepted(View view) {
        tell("view " + view.size());
    }

    private static void tell(String what) {
        synchronized (System.out) {
            System.out.println(what);
        }
    }
}
