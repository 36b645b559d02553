package dev.muster.protocols.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Setting;
import dev.muster.spi.ProtocolProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the document calls attributes of all transports is known to each, and where it means nothing that is said. */
class SharedSettingsTest {

    private static final List<String> ABOUT_MULTICAST = List.of("receive_on_all_interfaces", "receive_interfaces",
            "send_on_all_interfaces", "send_interfaces");

    static Stream<ProtocolProvider> transports() {
        return Stream.of(new UdpTransport.Provider(), new TcpTransport.Provider(), new TunnelTransport.Provider(),
                new LoopbackTransport.Provider());
    }

    private static List<String> names(ProtocolProvider transport) {
        List<String> names = new ArrayList<>();
        for (Setting<?> setting : transport.settings()) {
            names.add(setting.name());
            names.addAll(setting.aliases());
        }
        return names;
    }

    @ParameterizedTest
    @MethodSource("transports")
    void eachTransportKnowsWhatAllShare(ProtocolProvider transport) {
        assertThat(names(transport)).doesNotHaveDuplicates().containsAll(ABOUT_MULTICAST).contains("bind_addr", "bind_port",
                "port_range", "enable_bundling", "max_bundle_size", "max_bundle_timeout", "max_bundle_time", "loopback",
                "discard_incompatible_packets");
    }

    @ParameterizedTest
    @MethodSource("transports")
    void whereThereIsNoMulticastWhatIsSaidAboutItHasNoEffectAndTellsWhy(ProtocolProvider transport) {
        boolean multicasts = transport instanceof UdpTransport.Provider;
        assertThat(transport.settings()).filteredOn(setting -> ABOUT_MULTICAST.contains(setting.name()))
                .allSatisfy(setting -> {
                    assertThat(setting.inert().isEmpty()).as(setting.name()).isEqualTo(multicasts);
                    assertThat(setting.isReaching()).as(setting.name() + " leads beyond loopback").isEqualTo(multicasts);
                });
    }
}
