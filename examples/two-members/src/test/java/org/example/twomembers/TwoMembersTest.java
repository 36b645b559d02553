package org.example.twomembers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.api.Channel;
import dev.muster.api.HostPort;
import dev.muster.api.Message;
import dev.muster.api.Receiver;
import dev.muster.api.View;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TwoMembersTest {

    private static final class Recorder implements Receiver {
        private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
        private final BlockingQueue<View> views = new LinkedBlockingQueue<>();

        @Override
        public void receive(Message message) {
            messages.add(message);
        }

        @Override
        public void viewAccepted(View view) {
            views.add(view);
        }

        private View awaitViewOf(int size) throws InterruptedException {
            View view = views.poll(60, TimeUnit.SECONDS);
            while (view != null && view.size() != size) {
                view = views.poll(60, TimeUnit.SECONDS);
            }
            return view;
        }

        private String next() throws InterruptedException {
            Message message = messages.poll(60, TimeUnit.SECONDS);
            return message == null ? "nothing came" : message.source() + ": " + message.text();
        }
    }

    @Test
    void twoMembersOnTheModulePathExchangeMessages() throws Exception {
        List<HostPort> places = List.of(
                new HostPort("127.0.0.1", TwoMembers.freePort()), new HostPort("127.0.0.1", TwoMembers.freePort()));
        Recorder atAnn = new Recorder();
        Recorder atBob = new Recorder();
        try (Channel ann = DefaultStack.at("ann", places.get(0).port(), places).build().receiver(atAnn);
                Channel bob = DefaultStack.at("bob", places.get(1).port(), places).build().receiver(atBob)) {
            ann.connect("greetings");
            bob.connect("greetings");

            View view = atBob.awaitViewOf(2);
            assertEquals(view, atAnn.awaitViewOf(2));
            assertEquals(List.of(ann.address(), bob.address()), view.members());

            ann.send("to all".getBytes(StandardCharsets.UTF_8));
            assertEquals("ann: to all", atAnn.next());
            assertEquals("ann: to all", atBob.next());

            bob.send(ann.address(), "to ann alone".getBytes(StandardCharsets.UTF_8));
            assertEquals("bob: to ann alone", atAnn.next());

            bob.send(new byte[1_000_000]);
            assertEquals(1_000_000, atAnn.messages.poll(60, TimeUnit.SECONDS).payload().length);
        }
        View alone = atAnn.awaitViewOf(1);
        assertTrue(alone == null || alone.contains(alone.coordinator()));
    }

    @Test
    void everyPartIsAModuleOfItsOwn() {
        for (Class<?> part : List.of(TwoMembers.class, Channel.class,
                dev.muster.protocols.transport.TcpTransport.class, dev.muster.protocols.discovery.TcpPing.class,
                dev.muster.protocols.reliability.Nakack.class, dev.muster.protocols.membership.GroupMembership.class)) {
            assertTrue(part.getModule().isNamed(), part + " is on the class path, expected the module path");
        }
        assertTrue(ModuleLayer.boot().findModule("dev.muster.core").isPresent());
        assertTrue(ModuleLayer.boot().findModule("dev.muster.config.xml").isEmpty(), "no XML was asked for");
    }
}
