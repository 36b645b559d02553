package dev.muster.protocols.membership;

import dev.muster.api.Address;
import dev.muster.api.ViewId;
import dev.muster.spi.Header;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.conformance.HeaderConformance;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

class HeadersTest extends HeaderConformance {

    private static final Address MEMBER = Address.of(0x0102030405060708L, 0x090a0b0c0d0e0f10L, "");
    private static final String MEMBER_BYTES = "0102030405060708090a0b0c0d0e0f10";

    /** Each header of PRIMARY_PARTITION with its bytes as they have to stay. */
    static Map<PrimaryHeader, String> primary() {
        PrimaryHeader.Session last = new PrimaryHeader.Session(new ViewId(7, MEMBER),
                List.of(new PrimaryHeader.Voter(MEMBER, 300)));
        PrimaryHeader.Session attempt = new PrimaryHeader.Session(new ViewId(8, MEMBER), List.of());
        Map<PrimaryHeader, String> all = new LinkedHashMap<>();
        all.put(PrimaryHeader.attempt(300), "02" + "ac02");
        all.put(new PrimaryHeader(PrimaryHeader.STATUS, 9, 1, null, List.of()), "01" + "09" + "01" + "00" + "00");
        all.put(new PrimaryHeader(PrimaryHeader.STATUS, 9, 2, last, List.of(attempt)), "01" + "09" + "02" + "01"
                + "07" + MEMBER_BYTES + "01" + MEMBER_BYTES + "ac02" + "01" + "08" + MEMBER_BYTES + "00");
        return all;
    }

    @Override
    protected List<ProtocolProvider> providers() {
        return List.of(new GroupMembership.Provider(), new StateTransferProtocol.Provider(), new PrimaryPartition.Provider());
    }

    @Override
    protected Map<Header, String> headers() {
        Map<Header, String> all = new LinkedHashMap<>(primary());
        all.put(new MembershipHeader(7), "07");
        all.put(new StateHeader(StateHeader.CHUNK, new ViewId(300, MEMBER), 5), "00" + "ac02" + MEMBER_BYTES + "05");
        all.put(new StateHeader(StateHeader.WRITTEN, new ViewId(7, MEMBER), 300), "01" + "07" + MEMBER_BYTES + "ac02");
        all.put(new StateHeader(StateHeader.FAILED, new ViewId(7, MEMBER), 0), "02" + "07" + MEMBER_BYTES + "00");
        return all;
    }
}
