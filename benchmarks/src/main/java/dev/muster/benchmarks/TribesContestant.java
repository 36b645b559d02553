package dev.muster.benchmarks;

import dev.muster.cli.perf.Contestant;
import dev.muster.cli.perf.Inbox;
import dev.muster.cli.perf.Node;
import dev.muster.cli.perf.Seat;
import java.io.IOException;
import java.io.Serializable;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.tribes.ByteMessage;
import org.apache.catalina.tribes.Channel;
import org.apache.catalina.tribes.ChannelException;
import org.apache.catalina.tribes.ChannelListener;
import org.apache.catalina.tribes.Member;
import org.apache.catalina.tribes.group.GroupChannel;
import org.apache.catalina.tribes.group.interceptors.MessageDispatchInterceptor;
import org.apache.catalina.tribes.group.interceptors.OrderInterceptor;
import org.apache.catalina.tribes.membership.StaticMember;
import org.apache.catalina.tribes.transport.nio.NioReceiver;

/**
 * Tribes, Tomcat's toolkit, with listed members. Without its OrderInterceptor messages overtake one another even when
 * each is acknowledged, so it is in.
 */
public abstract class TribesContestant implements Contestant {

    private static final int FORMING_SECONDS = 60;
    /** Held, for a logger that nobody holds forgets its level. */
    private static final Logger LOGGER = Logger.getLogger("org.apache.catalina.tribes");

    static {
        LOGGER.setLevel(Level.SEVERE);
    }

    private final String name;
    private final String description;
    private final int options;

    TribesContestant(String name, String description, int options) {
        this.name = name;
        this.description = description;
        this.options = options;
    }

    /** Its default: a send returns when all have acknowledged. */
    public static final class Acknowledged extends TribesContestant {

        /** For the service loader. */
        public Acknowledged() {
            super("tribes", "Tribes 11.0.21, each send acknowledged, OrderInterceptor", Channel.SEND_OPTIONS_USE_ACK);
        }
    }

    /** Sends wait in a queue. */
    public static final class Asynchronous extends TribesContestant {

        /** For the service loader. */
        public Asynchronous() {
            super("tribes-asynchronous", "Tribes 11.0.21, queued sends, OrderInterceptor", Channel.SEND_OPTIONS_ASYNCHRONOUS);
        }
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final String description() {
        return description;
    }

    @Override
    public final boolean deliversToSender() {
        return false;
    }

    @Override
    public final Node join(Seat seat, Inbox inbox) throws Exception {
        TribesNode node = new TribesNode(seat, inbox, options | Channel.SEND_OPTIONS_BYTE_MESSAGE);
        node.start(seat);
        return node;
    }

    private static final class TribesNode implements Node, ChannelListener {

        private final GroupChannel channel = new GroupChannel();
        private final Inbox inbox;
        private final int options;
        private final Member[] others;
        private final Member[][] each;

        TribesNode(Seat seat, Inbox inbox, int options) throws IOException {
            this.inbox = inbox;
            this.options = options;
            each = new Member[seat.members()][];
            List<Member> all = new ArrayList<>();
            for (int member = 0; member < each.length; member++) {
                StaticMember listed = new StaticMember("127.0.0.1", seat.ports().get(member), 0);
                // numbers tell members apart, and all must know the same
                byte[] id = new byte[16];
                id[15] = (byte) (member + 1);
                listed.setUniqueId("{" + Arrays.toString(id).replaceAll("[\\[\\] ]", "") + "}");
                each[member] = new Member[] {listed};
                if (member != seat.member()) {
                    all.add(listed);
                }
            }
            others = all.toArray(Member[]::new);
        }

        void start(Seat seat) throws Exception {
            NioReceiver receiver = new NioReceiver();
            receiver.setAddress("127.0.0.1");
            receiver.setPort(seat.port());
            receiver.setAutoBind(1);
            channel.setChannelReceiver(receiver);
            OrderInterceptor order = new OrderInterceptor();
            order.setExpire(FORMING_SECONDS * 1_000L);
            order.setMaxQueue(Integer.MAX_VALUE);
            channel.addInterceptor(order);
            channel.addInterceptor(new MessageDispatchInterceptor());
            channel.addChannelListener(this);
            channel.start(Channel.SND_RX_SEQ | Channel.SND_TX_SEQ);
            for (int port : seat.ports()) {
                awaitListening(port);
            }
        }

        private static void awaitListening(int port) throws IOException, InterruptedException {
            for (int attempt = 1; attempt <= FORMING_SECONDS * 50; attempt++) {
                try (Socket probe = new Socket()) {
                    probe.connect(new InetSocketAddress("127.0.0.1", port));
                    return;
                } catch (IOException e) {
                    Thread.sleep(20);
                }
            }
            throw new IOException("nobody listens at port " + port);
        }

        @Override
        public boolean accept(Serializable message, Member sender) {
            return message instanceof ByteMessage;
        }

        /** Its pool delivers on several threads. */
        @Override
        public synchronized void messageReceived(Serializable message, Member sender) {
            inbox.take(((ByteMessage) message).getMessage(), 0);
        }

        @Override
        public void sendToAll(byte[] payload, int length) throws ChannelException {
            send(others, payload, length);
        }

        @Override
        public void sendTo(int member, byte[] payload, int length) throws ChannelException {
            send(each[member], payload, length);
        }

        /** Sent from a queue or not, an array of its own is what an application would hand over. */
        private void send(Member[] to, byte[] payload, int length) throws ChannelException {
            byte[] own = new byte[length];
            System.arraycopy(payload, 0, own, 0, length);
            channel.send(to, new ByteMessage(own), options);
        }

        @Override
        public void close() throws IOException {
            try {
                channel.stop(Channel.DEFAULT);
            } catch (ChannelException e) {
                throw new IOException(e);
            }
        }
    }
}
