package dev.muster.interop;

import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.View;

/** A member of a group of JGroups, by the real jar. */
final class JGroupsNode implements Node, Receiver {

    private final JChannel channel;
    private final List<String> received = new CopyOnWriteArrayList<>();

    private JGroupsNode(JChannel channel) {
        this.channel = channel;
    }

    /** Join a group with the stack of a file, in which {@code ${routers}} are those given. */
    static JGroupsNode join(String file, String routers, String group, String name) throws Exception {
        System.setProperty("routers", routers);
        try (InputStream stack = JGroupsNode.class.getResourceAsStream("/" + file)) {
            JGroupsNode node = new JGroupsNode(new JChannel(stack));
            node.channel.name(name).setReceiver(node);
            node.channel.connect(group);
            return node;
        }
    }

    @Override
    public void receive(Message message) {
        received.add(Texts.brief(Arrays.copyOfRange(message.getArray(), message.getOffset(),
                message.getOffset() + message.getLength())));
    }

    @Override
    public void send(byte[] text) throws Exception {
        channel.send(new BytesMessage(null, text));
    }

    @Override
    public List<String> received() {
        return received;
    }

    @Override
    public int members() {
        View view = channel.getView();
        return view == null ? 0 : view.size();
    }

    @Override
    public void close() {
        channel.close();
    }

    @Override
    public String toString() {
        return channel.getName() + " in " + channel.getView() + ", given " + received;
    }
}
