package dev.muster.protocols.membership.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.ViewId;
import dev.muster.spi.Header;
import dev.muster.spi.MalformedException;
import dev.muster.spi.ProtocolProvider;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;
import dev.muster.testkit.ProtocolHarness;
import dev.muster.testkit.conformance.ProtocolConformance;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ObserverDetectorConformanceTest extends ProtocolConformance {

    private static final ViewId VIEW = new ViewId(7, ProtocolHarness.member(1));

    @Override
    protected ProtocolProvider provider() {
        return new ObserverDetector.Provider();
    }

    @Override
    protected List<? extends Header> sampleHeaders() {
        return List.of(ObserverHeader.probe(1), ObserverHeader.answer(Long.MAX_VALUE), ObserverHeader.alert(VIEW, List.of()),
                ObserverHeader.alert(VIEW, List.of(ProtocolHarness.member(2), ProtocolHarness.member(3))));
    }

    private static String hex(ObserverHeader header) {
        WireWriter out = new WireWriter(64);
        new ObserverHeader.Codec().encode(header, out);
        return HexFormat.of().formatHex(out.toByteArray());
    }

    private static ObserverHeader read(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        return new ObserverHeader.Codec().decode(new WireReader(bytes, 0, bytes.length));
    }

    @Test
    void theBytesOnTheWireStayTheSame() {
        assertThat(hex(ObserverHeader.probe(300))).isEqualTo("00ac02");
        assertThat(hex(ObserverHeader.answer(1))).isEqualTo("0101");
        assertThat(hex(ObserverHeader.alert(VIEW, List.of(ProtocolHarness.member(2))))).isEqualTo("0207"
                + id(1) + "01" + id(2));
    }

    private static String id(int number) {
        WireWriter out = new WireWriter(16);
        out.writeId(ProtocolHarness.member(number));
        return HexFormat.of().formatHex(out.toByteArray());
    }

    @Test
    void noAlertNamesMoreThanAnybodyObserves() {
        String tooMany = "0207" + id(1) + "41" + id(2).repeat(65);
        assertThatThrownBy(() -> read(tooMany)).isInstanceOf(MalformedException.class).hasMessageContaining("65 accused");
        assertThatThrownBy(() -> read("03")).isInstanceOf(MalformedException.class).hasMessageContaining("kind 3");
    }
}
