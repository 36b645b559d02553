package com.example.acme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.api.Channel;
import dev.muster.api.ConfigurationException;
import dev.muster.api.HostPort;
import dev.muster.api.Message;
import dev.muster.api.Receiver;
import dev.muster.api.StackBuilder;
import dev.muster.api.View;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three channels on real sockets, with our discovery and our failure detector in their stacks. */
@Timeout(120)
class GroupTest {

    private static final int SIZE = 3;

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
    }

    @Test
    void aStackBuiltInCodeFormsAGroup() throws Exception {
        formAGroup(Stacks::fromCode);
    }

    @Test
    void aStackReadFromXmlFormsAGroup() throws Exception {
        formAGroup(Stacks::fromXml);
    }

    private static void formAGroup(BiFunction<Integer, List<HostPort>, StackBuilder> stack) throws Exception {
        List<HostPort> places = Stacks.freePlaces(SIZE);
        List<Recorder> recorders = new ArrayList<>();
        List<Channel> channels = new ArrayList<>();
        try {
            for (int i = 0; i < SIZE; i++) {
                recorders.add(new Recorder());
                channels.add(stack.apply(places.get(i).port(), places).name("m" + i).build().receiver(recorders.get(i)));
                channels.get(i).connect("acme");
            }
            View view = recorders.get(0).awaitViewOf(SIZE);
            for (int i = 1; i < SIZE; i++) {
                assertEquals(view, recorders.get(i).awaitViewOf(SIZE));
            }
            for (Channel channel : channels) {
                channel.send("from ".concat(channel.address().name()).getBytes(StandardCharsets.UTF_8));
            }
            for (Recorder recorder : recorders) {
                List<String> texts = new ArrayList<>();
                for (int i = 0; i < SIZE; i++) {
                    texts.add(recorder.messages.poll(60, TimeUnit.SECONDS).text());
                }
                assertEquals(List.of("from m0", "from m1", "from m2"), texts.stream().sorted().toList());
            }
        } finally {
            channels.forEach(Channel::close);
        }
    }

    @Test
    void codeAndXmlGiveTheSameEffectiveConfiguration() {
        List<HostPort> places = List.of(new HostPort("127.0.0.1", 7801), new HostPort("127.0.0.1", 7802));

        assertEquals(Stacks.fromCode(7801, places).build().describe(), Stacks.fromXml(7801, places).build().describe());
    }

    @Test
    void aPeerGivenByNameIsRefusedWithARemedy() {
        StackBuilder stack = Stacks.fromXml(7801, List.of(new HostPort("somewhere.example.org", 7801)));

        String message = assertThrows(ConfigurationException.class, stack::build).getMessage();
        assertTrue(message.contains("acme.xml:4") && message.contains("look the name up first"), message);
    }

    @Test
    void theProtocolsAreInANamedModule() {
        assertEquals("com.example.acme", AcmeList.class.getModule().getName());
        assertEquals("dev.muster.spi", dev.muster.spi.Protocol.class.getModule().getName());
    }
}
