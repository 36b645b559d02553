package dev.muster.benchmarks;

import dev.muster.cli.perf.Contestant;
import dev.muster.cli.perf.Inbox;
import dev.muster.cli.perf.Node;
import dev.muster.cli.perf.Seat;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Collectors;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.blocks.MessageDispatcher;
import org.jgroups.blocks.RequestHandler;
import org.jgroups.blocks.RequestOptions;

/**
 * JGroups' blocking calls with the stack for low latency: what goes there and back is a request and its response. Only for
 * round trips whose sender waits; it can't be nested in a callback.
 */
public final class JGroupsCallContestant implements Contestant {

    private static final long FORMING_MILLIS = 60_000;

    /** For the service loader. */
    public JGroupsCallContestant() {}

    @Override
    public String name() {
        return "jgroups-call";
    }

    @Override
    public String description() {
        return "JGroups 5.5.6, MessageDispatcher over tcp-low-latency.xml, tcp-nodelay, out of band, not bundled";
    }

    @Override
    public List<String> jvmOptions() {
        return List.of("-Dorg.slf4j.simpleLogger.log.org.jgroups=off");
    }

    @Override
    public Node join(Seat seat, Inbox inbox) throws Exception {
        System.setProperty("tcp-nodelay", "true");
        System.setProperty("jgroups.tcpping.initial_hosts",
                seat.ports().stream().map(port -> "127.0.0.1[" + port + "]").collect(Collectors.joining(",")));
        JChannel channel = new JChannel("tcp-low-latency.xml");
        channel.getProtocolStack().getTransport().setBindAddress(InetAddress.getLoopbackAddress()).setBindPort(seat.port());
        channel.name("m" + (seat.member() + 1));
        CallingNode node = new CallingNode(channel, seat.member(), inbox);
        channel.connect(seat.run());
        long end = System.currentTimeMillis() + FORMING_MILLIS;
        while (channel.getView().size() < seat.members() && System.currentTimeMillis() < end) {
            Thread.sleep(10);
        }
        return node;
    }

    private static final class CallingNode implements Node, RequestHandler {

        private final JChannel channel;
        private final int self;
        private final Inbox inbox;
        private final MessageDispatcher dispatcher;
        private final RequestOptions options = RequestOptions.SYNC().timeout(FORMING_MILLIS)
                .flags(Message.Flag.OOB, Message.Flag.DONT_BUNDLE);

        CallingNode(JChannel channel, int self, Inbox inbox) {
            this.channel = channel;
            this.self = self;
            this.inbox = inbox;
            dispatcher = new MessageDispatcher(channel, this);
        }

        @Override
        public Object handle(Message request) {
            byte[] answer = new byte[request.getLength()];
            System.arraycopy(request.getArray(), request.getOffset(), answer, 0, answer.length);
            Inbox.answer(answer, self);
            return answer;
        }

        @Override
        public void sendToAll(byte[] payload, int length) {
            throw new UnsupportedOperationException("calls go to one member");
        }

        @Override
        public void sendTo(int member, byte[] payload, int length) throws Exception {
            byte[] answer = dispatcher.sendMessage(new BytesMessage(named("m" + (member + 1)), payload.clone(), 0, length), options);
            inbox.take(answer, 0);
        }

        private Address named(String name) {
            return channel.getView().getMembers().stream().filter(member -> member.toString().equals(name)).findFirst()
                    .orElseThrow();
        }

        @Override
        public void close() {
            channel.close();
        }
    }
}
