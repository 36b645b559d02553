package dev.muster.benchmarks;

import dev.muster.cli.perf.Contestant;
import dev.muster.cli.perf.Inbox;
import dev.muster.cli.perf.Node;
import dev.muster.cli.perf.Seat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jgroups.BytesMessage;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jgroups.blocks.MessageDispatcher;
import org.jgroups.blocks.RequestHandler;
import org.jgroups.blocks.RequestOptions;

/**
 * JGroups' blocking calls with the stack for low latency: what goes there and back is a request and its response. Only for
 * round trips whose sender waits; it can't be nested in a callback.
 */
public final class JGroupsCallContestant implements Contestant {

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
        return JGroupsGroup.JVM_OPTIONS;
    }

    @Override
    public Node join(Seat seat, Inbox inbox) throws Exception {
        System.setProperty("tcp-nodelay", "true");
        JGroupsGroup group = new JGroupsGroup("tcp-low-latency.xml", seat, inbox);
        CallingNode node = new CallingNode(group, seat.member(), inbox);
        group.join();
        return node;
    }

    private static final class CallingNode implements Node, RequestHandler, Receiver {

        private final JGroupsGroup group;
        private final int self;
        private final Inbox inbox;
        private final MessageDispatcher dispatcher;
        private final RequestOptions options = RequestOptions.SYNC().timeout(TimeUnit.SECONDS.toMillis(JGroupsGroup.FORMING_SECONDS))
                .flags(Message.Flag.OOB, Message.Flag.DONT_BUNDLE);

        CallingNode(JGroupsGroup group, int self, Inbox inbox) {
            this.group = group;
            this.self = self;
            this.inbox = inbox;
            dispatcher = new MessageDispatcher(group.channel(), this).setReceiver(this);
        }

        @Override
        public void viewAccepted(View view) {
            group.installed(view);
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
            byte[] answer = dispatcher.sendMessage(new BytesMessage(group.member(member), payload.clone(), 0, length), options);
            inbox.take(answer, 0);
        }

        @Override
        public void close() {
            group.channel().close();
        }
    }
}
