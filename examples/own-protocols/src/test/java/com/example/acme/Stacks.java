package com.example.acme;

import dev.muster.api.HostPort;
import dev.muster.api.StackBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The same stack twice: ours by type from code, and by name from XML. What our module does not read is added by name. */
final class Stacks {

    private Stacks() {}

    static StackBuilder fromCode(int port, List<HostPort> peers) {
        return StackBuilder.create()
                .add("TCP", Map.of("start_port", String.valueOf(port), "end_port", String.valueOf(port)))
                .add(AcmeList.TYPE, s -> s.set(AcmeList.PEERS, peers).set(AcmeList.TIMEOUT, Duration.ofSeconds(2)))
                .add("MERGE2", Map.of())
                .add(AcmePing.TYPE, s -> s.set(AcmePing.INTERVAL, Duration.ofMillis(200)))
                .add("VERIFY_SUSPECT", Map.of())
                .add("NAKACK", Map.of())
                .add("UNICAST", Map.of())
                .add("STABLE", Map.of())
                .add("GMS", Map.of())
                .add("FC", Map.of())
                .add("FRAG2", Map.of());
    }

    static StackBuilder fromXml(int port, List<HostPort> peers) {
        String list = peers.stream().map(HostPort::toString).collect(Collectors.joining(","));
        return StackBuilder.read(file(), Map.of("port", String.valueOf(port), "peers", list));
    }

    private static Path file() {
        try {
            return Path.of(Stacks.class.getResource("/acme.xml").toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ports that are free now; servers know theirs beforehand. */
    static List<HostPort> freePlaces(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        List<HostPort> places = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            sockets.add(socket);
            places.add(new HostPort("127.0.0.1", socket.getLocalPort()));
        }
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return places;
    }
}
