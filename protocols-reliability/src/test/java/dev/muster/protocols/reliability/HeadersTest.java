package dev.muster.protocols.reliability;

import dev.muster.api.Address;
import dev.muster.api.ViewId;
import dev.muster.spi.Header;
import dev.muster.spi.ProtocolProvider;
import dev.muster.spi.RankedNumbers;
import dev.muster.testkit.conformance.HeaderConformance;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

class HeadersTest extends HeaderConformance {

    private static final Address MEMBER = Address.of(0x0102030405060708L, 0x090a0b0c0d0e0f10L, "");
    private static final ViewId VIEW = new ViewId(300, Address.of(0x1112131415161718L, 0x191a1b1c1d1e1f20L, ""));
    private static final String VIEW_BYTES = "ac02" + "1112131415161718191a1b1c1d1e1f20";
    private static final String MEMBER_BYTES = "0102030405060708090a0b0c0d0e0f10";

    /** Each header with its bytes as they have to stay. */
    static Map<Header, String> golden() {
        Map<Header, String> all = new LinkedHashMap<>();
        all.put(NakackHeader.data(VIEW, 5), "01" + VIEW_BYTES + "05");
        all.put(NakackHeader.retransmission(VIEW, 200, MEMBER), "02" + VIEW_BYTES + "c801" + MEMBER_BYTES);
        all.put(NakackHeader.request(VIEW, MEMBER, Ranges.of(3, 3, 7, 20)), "03" + VIEW_BYTES + MEMBER_BYTES + "020300040d");
        all.put(NakackHeader.highest(VIEW, 9), "04" + VIEW_BYTES + "09");
        all.put(NakackHeader.shared(VIEW), "05" + VIEW_BYTES);
        all.put(UnicastHeader.data(UnicastHeader.OPENING, 1, 2, 0, 0), "05" + "01" + "02");
        all.put(UnicastHeader.data(UnicastHeader.MORE, 1, 300, 4, 0), "29" + "01" + "ac02" + "04" + "00");
        all.put(UnicastHeader.data(UnicastHeader.LAST, 1, 3, 4, 5), "31" + "01" + "03" + "04" + "05");
        all.put(UnicastHeader.data(UnicastHeader.OLDEST, 1, 3, 4, 5), "61" + "01" + "03" + "04" + "05");
        all.put(UnicastHeader.ack(3, 0, Ranges.of(2, 4)), "02" + "03" + "00" + "010202");
        all.put(UnicastHeader.reset(3), "03" + "03");
        all.put(new StableHeader(StableHeader.REPORT, VIEW, RankedNumbers.of(7, 0, 0, 300)),
                "01" + VIEW_BYTES + "02" + "0007" + "02ac02");
        all.put(new StableHeader(StableHeader.STABLE, VIEW, RankedNumbers.of(0, 1)), "02" + VIEW_BYTES + "01" + "0101");
        all.put(StableHeader.ask(VIEW), "03" + VIEW_BYTES + "00");
        all.put(new FlowControlHeader(FlowControlHeader.SENT, 100), "01" + "64");
        all.put(new FlowControlHeader(FlowControlHeader.GRANT_GROUP, 0), "02" + "00");
        all.put(new FlowControlHeader(FlowControlHeader.GRANT_MEMBER, 128), "03" + "8001");
        all.put(new FlowControlHeader(FlowControlHeader.ASK_GROUP, 1), "04" + "01");
        all.put(new FlowControlHeader(FlowControlHeader.ASK_MEMBER, 2), "05" + "02");
        all.put(FlowControlHeader.share(true, 1, 300), "06" + "01" + "ac02");
        all.put(FlowControlHeader.share(false, 0, 1), "07" + "00" + "01");
        all.put(new FragmentHeader(false, true, 1, 0, 300, 1000), "02" + "01" + "00" + "ac02" + "e807");
        all.put(new FragmentHeader(true, false, 1, 2, 0, 5), "01" + "01" + "02" + "00" + "05");
        return all;
    }

    static List<Header> golden(Class<? extends Header> type) {
        return golden().keySet().stream().filter(type::isInstance).toList();
    }

    @Override
    protected List<ProtocolProvider> providers() {
        return List.of(new Nakack.Provider(), new Unicast.Provider(), new Stable.Provider(), new FlowControl.Provider(),
                new Fragmentation.Provider());
    }

    @Override
    protected Map<Header, String> headers() {
        return golden();
    }
}
