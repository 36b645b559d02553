package dev.muster.benchmarks;

import dev.muster.cli.perf.Contestant;
import dev.muster.cli.perf.Inbox;
import dev.muster.cli.perf.Node;
import dev.muster.cli.perf.Seat;
import java.util.List;
import java.util.Map;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
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

    @Override
    public final List<String> jvmOptions() {
        return JGroupsGroup.JVM_OPTIONS;
    }

    @Override
    public final Node join(Seat seat, Inbox inbox) throws Exception {
        properties.forEach(System::setProperty);
        JGroupsNode node = new JGroupsNode(new JGroupsGroup(stack, seat, inbox), inbox, flags);
        node.join();
        return node;
    }

    private static final class JGroupsNode implements Node, Receiver {

        private final JGroupsGroup group;
        private final Inbox inbox;
        private final Message.Flag[] flags;

        JGroupsNode(JGroupsGroup group, Inbox inbox, Message.Flag... flags) {
            this.group = group;
            this.inbox = inbox;
            this.flags = flags;
        }

        void join() throws Exception {
            group.channel().setReceiver(this);
            group.join();
        }

        @Override
        public void viewAccepted(View view) {
            group.installed(view);
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
            send(group.member(member), payload, length);
        }

        /** JGroups keeps the array until the message is stable, so each needs one of its own. */
        private void send(Address to, byte[] payload, int length) throws Exception {
            byte[] own = new byte[length];
            System.arraycopy(payload, 0, own, 0, length);
            Message message = new BytesMessage(to, own, 0, length);
            group.channel().send(flags.length == 0 ? message : message.setFlag(flags));
        }

        @Override
        public void close() {
            group.channel().close();
        }
    }
}
