package dev.muster.protocols.ordering;

import static dev.muster.testkit.ProtocolHarness.member;

import dev.muster.spi.Packet;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.ProtocolHarness;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Packets and members of tests. */
final class Members {

    private Members() {}

    /** A harness of member {@code number} in view 1 of three members. */
    static ProtocolHarness inView(ProtocolProvider provider, int number) {
        ProtocolHarness harness = ProtocolHarness.of(provider).self(member(number)).start();
        return harness.event(view(1)).clear();
    }

    static dev.muster.spi.Event view(long counter) {
        return ProtocolHarness.viewInstalled(counter, member(1), member(2), member(3));
    }

    static Packet data(int source, String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        return Packet.toGroup().withFlags(Packet.DATA).withPayload(payload, 0, payload.length).from(member(source), 1)
                .withCredit(payload.length);
    }

    /** What has gone up so far. */
    static List<String> delivered(ProtocolHarness harness) {
        return harness.passedUp().stream()
                .map(packet -> new String(packet.buffer(), packet.offset(), packet.length(), StandardCharsets.UTF_8)).toList();
    }

    /** Take what was passed down, as it would come up at anybody, the sender included. */
    static List<Packet> sent(ProtocolHarness harness) {
        List<Packet> sent = harness.passedDown().stream().map(harness::overTheWire)
                .map(packet -> packet.withCredit(packet.length())).toList();
        harness.passedDown().clear();
        return new ArrayList<>(sent);
    }
}
