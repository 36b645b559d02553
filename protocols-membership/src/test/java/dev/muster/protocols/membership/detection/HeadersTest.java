package dev.muster.protocols.membership.detection;

import dev.muster.api.Address;
import dev.muster.api.ViewId;
import dev.muster.spi.Header;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.conformance.HeaderConformance;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

class HeadersTest extends HeaderConformance {

    private static final Address MEMBER = Address.of(0x0102030405060708L, 0x090a0b0c0d0e0f10L, "");
    private static final String MEMBER_BYTES = "0102030405060708090a0b0c0d0e0f10";

    @Override
    protected List<ProtocolProvider> providers() {
        return List.of(new Fd.Provider(), new FdAll.Provider(), new FdSock.Provider(), new VerifySuspect.Provider(),
                new ObserverDetector.Provider());
    }

    @Override
    protected Map<Header, String> headers() {
        Map<Header, String> all = new LinkedHashMap<>();
        all.put(new HeartbeatHeader(), "");
        all.put(NeighbourHeader.QUESTION, "00");
        all.put(NeighbourHeader.ANSWER, "01");
        all.put(NeighbourHeader.STRANGER, "02");
        all.put(new ListenerHeader(null), "00");
        all.put(new ListenerHeader(new InetSocketAddress("127.0.0.1", 7800)), "01" + "047f000001" + "1e78");
        all.put(new VerificationHeader(false, MEMBER), "00" + MEMBER_BYTES);
        all.put(new VerificationHeader(true, MEMBER), "01" + MEMBER_BYTES);
        all.put(ObserverHeader.probe(300), "00" + "ac02");
        all.put(ObserverHeader.answer(1), "01" + "01");
        all.put(ObserverHeader.alert(new ViewId(7, MEMBER), List.of(MEMBER)), "02" + "07" + MEMBER_BYTES + "01" + MEMBER_BYTES);
        return all;
    }
}
