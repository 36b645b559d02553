package dev.muster.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Settings;
import dev.muster.spi.TransportSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThreadNamesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', emptyValue = "", value = {"cl|,orders,anna", "lc|,anna,orders", "c|,orders", "l|,anna", "''|''",
        "pxl|,anna"})
    void eachLetterAddsAPart(String pattern, String work) {
        assertThat(ThreadNames.work(pattern, "orders", Fakes.ANNA)).isEqualTo(work);
    }

    @Test
    void clusterAndMemberAreNamedUnlessToldOtherwise() {
        assertThat(new Settings().get(TransportSettings.THREAD_NAMING_PATTERN)).isEqualTo("cl");
    }
}
