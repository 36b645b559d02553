package dev.muster.protocols.ordering;

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

    private static final ViewId VIEW = new ViewId(300, Address.of(0x1112131415161718L, 0x191a1b1c1d1e1f20L, ""));
    private static final String VIEW_BYTES = "ac02" + "1112131415161718191a1b1c1d1e1f20";

    /** Each header with its bytes as they have to stay. */
    static Map<Header, String> golden() {
        Map<Header, String> all = new LinkedHashMap<>();
        all.put(new OrderHeader(300, List.of(new OrderHeader.Run(0, 1), new OrderHeader.Run(2, 300), new OrderHeader.Run(0, 5))),
                "ac02" + "03" + "0001" + "02ac02" + "0005");
        all.put(new CausalHeader(300, List.of(new CausalHeader.Entry(0, 7), new CausalHeader.Entry(3, 300))),
                "ac02" + "02" + "0007" + "02ac02");
        all.put(new SafeHeader(SafeHeader.HAS, VIEW, RankedNumbers.of(7, 0, 0, 300)), "01" + VIEW_BYTES + "02" + "0007" + "02ac02");
        all.put(new SafeHeader(SafeHeader.SAFE, VIEW, RankedNumbers.of(0, 1)), "02" + VIEW_BYTES + "01" + "0101");
        return all;
    }

    static List<Header> golden(Class<? extends Header> type) {
        return golden().keySet().stream().filter(type::isInstance).toList();
    }

    @Override
    protected List<ProtocolProvider> providers() {
        return List.of(new Sequencer.Provider(), new Causal.Provider(), new Safe.Provider());
    }

    @Override
    protected Map<Header, String> headers() {
        return golden();
    }
}
