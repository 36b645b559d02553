package dev.muster.protocols.membership.detection;

import dev.muster.api.Address;
import dev.muster.api.ViewId;
import dev.muster.spi.Header;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * What observers and those they observe tell each other.
 *
 * <pre>
 * probe, answer                             alert
 * +-------------------------+----------+    +---------+---------+-------------------+-----------------+
 * | 0: probe, 1: answer     | number   |    | 2       | view id | number of members | ids of members  |
 * | 1                       | varint   |    | 1       |         | varint            | 16 each         |
 * +-------------------------+----------+    +---------+---------+-------------------+-----------------+
 * </pre>
 *
 * @param kind {@link #PROBE}, {@link #ANSWER} or {@link #ALERT}
 * @param number of the probe; 0 in an alert
 * @param view of an alert, else null
 * @param accused everybody whom the sender of an alert accuses at the time, nobody to take back what it said before
 */
public record ObserverHeader(int kind, long number, ViewId view, List<Address> accused) implements Header {

    /** Are you there? */
    public static final int PROBE = 0;
    /** I am. */
    public static final int ANSWER = 1;
    /** Of these I get no answer. */
    public static final int ALERT = 2;
    /** Most members in one alert. */
    public static final int MAX_ACCUSED = 64;

    private static final int ID_BYTES = 16;

    /** Copies the list. */
    public ObserverHeader {
        accused = List.copyOf(accused);
    }

    static ObserverHeader probe(long number) {
        return new ObserverHeader(PROBE, number, null, List.of());
    }

    static ObserverHeader answer(long number) {
        return new ObserverHeader(ANSWER, number, null, List.of());
    }

    static ObserverHeader alert(ViewId view, List<Address> accused) {
        return new ObserverHeader(ALERT, 0, view, accused);
    }

    /** Turns it into bytes and back. */
    public static final class Codec implements HeaderCodec<ObserverHeader> {

        /** Without state. */
        public Codec() {}

        @Override
        public int id() {
            return 36;
        }

        @Override
        public Class<ObserverHeader> type() {
            return ObserverHeader.class;
        }

        @Override
        public void encode(ObserverHeader header, WireWriter out) {
            out.writeByte(header.kind());
            if (header.kind() == ALERT) {
                out.writeViewId(header.view()).writeVarint(header.accused().size());
                header.accused().forEach(out::writeId);
            } else {
                out.writeVarint(header.number());
            }
        }

        @Override
        public ObserverHeader decode(WireReader in) {
            int kind = in.readByte();
            if (kind == PROBE || kind == ANSWER) {
                return new ObserverHeader(kind, in.readVarint(), null, List.of());
            }
            if (kind != ALERT) {
                throw in.malformed("kind " + kind + ", expected 0 to 2");
            }
            ViewId view = in.readViewId();
            int count = in.readCount(ID_BYTES);
            if (count > MAX_ACCUSED) {
                throw in.malformed(count + " accused, at most " + MAX_ACCUSED + " are allowed");
            }
            List<Address> accused = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                accused.add(in.readId());
            }
            return alert(view, accused);
        }
    }
}
