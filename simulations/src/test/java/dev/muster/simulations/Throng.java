package dev.muster.simulations;

import dev.muster.api.Address;
import dev.muster.api.ProtocolType;
import dev.muster.api.Settings;
import dev.muster.api.View;
import dev.muster.spi.Context;
import dev.muster.spi.Event;
import dev.muster.spi.Header;
import dev.muster.spi.Packet;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;

/**
 * A layer right below UNICAST that lets thousands of strangers say something as soon as one does, so that UNICAST, which
 * remembers only so many of them, forgets the one.
 */
final class Throng implements Protocol {

    private static final int STRANGERS = 70_000;
    private static final int MOST_TIMES = 1;

    private Context context;
    private View view;
    private int times;

    @Override
    public void start(Context given) {
        context = given;
    }

    @Override
    public void down(Packet packet) {
        context.passDown(packet);
    }

    @Override
    public void up(Packet packet) {
        context.passUp(packet);
        Header reliable = reliable(packet);
        if (reliable != null && view != null && !view.contains(packet.source()) && times < MOST_TIMES) {
            times++;
            for (int stranger = 1; stranger <= STRANGERS; stranger++) {
                context.passUp(Packet.to(context.self()).from(Address.of(times, stranger, "stranger"), packet.cluster())
                        .with(reliable));
            }
        }
    }

    /** What UNICAST has written on the first packet of a connection; null on any other. */
    private static Header reliable(Packet packet) {
        for (int index = 0; index < packet.headerCount(); index++) {
            String words = packet.headerAt(index).toString();
            if (words.startsWith("UnicastHeader[") && words.contains(" sequence=1,")) {
                return packet.headerAt(index);
            }
        }
        return null;
    }

    @Override
    public Event event(Event event) {
        if (event instanceof Event.ViewInstalled installed) {
            view = installed.view();
        }
        return event;
    }

    /** Publishes it. */
    record Provider() implements ProtocolProvider {

        static final ProtocolType TYPE = ProtocolType.of("test-throng");

        @Override
        public ProtocolType type() {
            return TYPE;
        }

        @Override
        public String says() {
            return "Makes UNICAST forget whom it knows.";
        }

        @Override
        public Protocol create(Settings settings) {
            return new Throng();
        }
    }
}
