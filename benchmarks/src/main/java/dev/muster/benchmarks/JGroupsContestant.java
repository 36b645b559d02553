package dev.muster.benchmarks;

import dev.muster.cli.perf.Contestant;
import dev.muster.cli.perf.Inbox;
import dev.muster.cli.perf.Node;
import dev.muster.cli.perf.Seat;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.View;

/**
 * JGroups with one of the stacks that it ships.
 *
 * <p>Tuned means what its own documentation advises for throughput: a bundler with room for 512k messages, because the one
 * with 16k drops small messages at the sender and repairs that by timers, and no Nagle.
 */
public abstract class JGroupsContestant implements Contestant {

    private static final int FORMING_SECONDS = 60;
    private static final Map<String, String> TUNED = Map.of("jgroups.bundler.capacity", "512k", "tcp-nodelay", "true");

    private final String name;
    private final String stack;
    private final Map<String, String> properties;
    private final Message.Flag[] flags;

    JGroupsContestant(String name, String stack, Map<String, String> properties, Message.Flag... flags) {
        this.name = name;
        this.stack = stack;
        this.properties = properties;
        this.flags = flags;
    }

    /** Over TCP, tuned. */
    public static final class Tcp extends JGroupsContestant {

        /** For the service loader. */
        public Tcp() {
            super("jgroups-tcp", "tcp.xml", TUNED);
        }
    }

    /** Over TCP, as it comes. */
    public static final class TcpAsShipped extends JGroupsContestant {

        /** For the service loader. */
        public TcpAsShipped() {
            super("jgroups-tcp-shipped", "tcp.xml", Map.of());
        }
    }

    /** Over UDP, tuned. */
    public static final class Udp extends JGroupsContestant {

        /** For the service loader. */
        public Udp() {
            super("jgroups-udp", "udp.xml", TUNED);
        }
    }

    /** The stack for low latency; messages out of band and not bundled. */
    public static final class LowLatency extends JGroupsContestant {

        /** For the service loader. */
        public LowLatency() {
            super("jgroups-low-latency", "tcp-low-latency.xml", TUNED, Message.Flag.OOB, Message.Flag.DONT_BUNDLE);
        }
    }

    /** Within one process, without sockets. */
    public static final class Shared extends JGroupsContestant {

        /** For the service loader. */
        public Shared() {
            super("jgroups-in-one-jvm", "jgroups-in-one-jvm.xml", Map.of());
        }
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final String description() {
        return "JGroups 5.5.6, " + stack + (properties.isEmpty() ? " as shipped" : " with " + properties);
    }

    /** Its warnings, of slow joins and broken pipes at the end, would drown what is measured. */
    @Override
    public final List<String> jvmOptions() {
        return List.of("-Dorg.slf4j.simpleLogger.log.org.jgroups=off");
    }

    @Override
    public final Node join(Seat seat, Inbox inbox) throws Exception {
        properties.forEach(System::setProperty);
        System.setProperty("jgroups.tcpping.initial_hosts",
                seat.ports().stream().map(port -> "127.0.0.1[" + port + "]").collect(Collectors.joining(",")));
        JChannel channel = new JChannel(stack);
        channel.getProtocolStack().getTransport().setBindAddress(InetAddress.getLoopbackAddress()).setBindPort(seat.port());
        JGroupsNode node = new JGroupsNode(channel, seat, inbox, flags);
        node.join();
        return node;
    }

    private static final class JGroupsNode implements Node, Receiver {

        private final JChannel channel;
        private final Seat seat;
        private final Inbox inbox;
        private final Message.Flag[] flags;
        private final CountDownLatch complete = new CountDownLatch(1);
        private final Address[] members;

        JGroupsNode(JChannel channel, Seat seat, Inbox inbox, Message.Flag... flags) {
            this.channel = channel;
            this.seat = seat;
            this.inbox = inbox;
            this.flags = flags;
            members = new Address[seat.members()];
        }

        void join() throws Exception {
            channel.name(nameOf(seat.member())).setReceiver(this);
            channel.connect(seat.run());
            if (!complete.await(FORMING_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("JGroups formed no view of " + seat.members() + " members within " + FORMING_SECONDS
                        + " s, but " + channel.getView());
            }
        }

        private static String nameOf(int member) {
            return "m" + (member + 1);
        }

        @Override
        public void viewAccepted(View view) {
            inbox.view(view.size());
            if (view.size() == members.length) {
                for (Address member : view) {
                    for (int number = 0; number < members.length; number++) {
                        if (member.toString().equals(nameOf(number))) {
                            members[number] = member;
                        }
                    }
                }
                complete.countDown();
            }
        }

        @Override
        public void receive(Message message) {
            inbox.take(message.getArray(), message.getOffset());
        }

        @Override
        public void sendToAll(byte[] payload, int length) throws Exception {
            send(null, payload, length);
        }

        @Override
        public void sendTo(int member, byte[] payload, int length) throws Exception {
            send(members[member], payload, length);
        }

        /** JGroups keeps the array until the message is stable, so each needs one of its own. */
        private void send(Address to, byte[] payload, int length) throws Exception {
            byte[] own = new byte[length];
            System.arraycopy(payload, 0, own, 0, length);
            Message message = new BytesMessage(to, own, 0, length);
            channel.send(flags.length == 0 ? message : message.setFlag(flags));
        }

        @Override
        public void close() {
            channel.close();
        }
    }
}
