package dev.muster.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class RankedNumbersTest {

    private static RankedNumbers read(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        return RankedNumbers.read(new WireReader(bytes, 0, bytes.length));
    }

    @Test
    void onlyNumbersAboveZeroAreListedAndWritten() {
        RankedNumbers numbers = RankedNumbers.of(7, 0, 0, 300, 0);

        WireWriter out = new WireWriter(16);
        numbers.writeTo(out);
        assertThat(HexFormat.of().formatHex(out.toByteArray())).isEqualTo("02" + "0007" + "02ac02");
        assertThat(numbers).hasToString("{0=7, 3=300}").isEqualTo(read("02" + "0007" + "02ac02"));
        assertThat(numbers.byRank()).containsExactly(7, 0, 0, 300);
        assertThat(RankedNumbers.of(0, 0)).isEqualTo(RankedNumbers.NONE);
    }

    @Test
    void aHighRankIsToldFromTheViewItDoesNotFit() {
        RankedNumbers highest = read("01" + "ff7f" + "01");

        assertThat(highest.rank(0)).isEqualTo(RankedNumbers.MOST_RANKS - 1);
        assertThat(highest.fits(RankedNumbers.MOST_RANKS)).isTrue();
        assertThat(highest.fits(RankedNumbers.MOST_RANKS - 1)).isFalse();
        assertThat(RankedNumbers.NONE.fits(0)).isTrue();
    }

    @Test
    void whatNoViewHasIsMalformed() {
        assertThatThrownBy(() -> read("01" + "808001" + "01")).isInstanceOf(MalformedException.class)
                .hasMessageContaining("16384 ranks behind rank 0");
        assertThatThrownBy(() -> read("02" + "ff7f01" + "0001")).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> read("01" + "0000")).isInstanceOf(MalformedException.class).hasMessageContaining("number 0");
        assertThatThrownBy(() -> read("03" + "0001")).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> RankedNumbers.of(1, -1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("number -1 of rank 1");
        assertThatThrownBy(() -> RankedNumbers.of(new long[RankedNumbers.MOST_RANKS + 1]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theHigherNumberOfEachMemberWins() {
        assertThat(RankedNumbers.of(5, 0, 3).max(RankedNumbers.of(4, 0, 9, 1))).isEqualTo(RankedNumbers.of(5, 0, 9, 1));
        assertThat(RankedNumbers.of(5).max(RankedNumbers.NONE)).isEqualTo(RankedNumbers.of(5));
        assertThat(RankedNumbers.NONE.max(RankedNumbers.of(0, 5))).isEqualTo(RankedNumbers.of(0, 5));
    }
}
