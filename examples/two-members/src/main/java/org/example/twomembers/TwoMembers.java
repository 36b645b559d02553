package org.example.twomembers;

import dev.muster.api.Channel;
import dev.muster.api.HostPort;
import dev.muster.api.Message;
import dev.muster.api.Receiver;
import dev.muster.api.View;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Ann and Bob meet, say hello to the group, and part. */
public final class TwoMembers {

    private TwoMembers() {}

    /**
     * Run it.
     *
     * @param arguments none
     * @throws Exception if they don't meet
     */
    public static void main(String[] arguments) throws Exception {
        List<HostPort> places = List.of(new HostPort("127.0.0.1", freePort()), new HostPort("127.0.0.1", freePort()));
        CountDownLatch heard = new CountDownLatch(4); // two messages at two members
        try (Channel ann = DefaultStack.at("ann", places.get(0).port(), places).build();
                Channel bob = DefaultStack.at("bob", places.get(1).port(), places).build()) {
            ann.receiver(new Printing("ann", heard)).connect("greetings");
            bob.receiver(new Printing("bob", heard)).connect("greetings");
            ann.send("hello from ann".getBytes(StandardCharsets.UTF_8));
            bob.send("hello from bob".getBytes(StandardCharsets.UTF_8));
            heard.await();
        }
    }

    /** A port that is free now; whoever knows its ports beforehand, as servers do, needs nothing of the kind. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private record Printing(String name, CountDownLatch heard) implements Receiver {
        @Override
        public void receive(Message message) {
            System.out.println(name + " got '" + message.text() + "' from " + message.source());
            heard.countDown();
        }

        @Override
        public void viewAccepted(View view) {
            System.out.println(name + " sees " + view.members());
        }
    }
}
