package dev.muster.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class NearestNameTest {

    @Test
    void typingErrorsAreFoundInAnyCase() {
        assertThat(NearestName.of("nakak", List.of("UNICAST", "NAKACK", "STABLE"))).contains("NAKACK");
        assertThat(NearestName.of("initial_host", List.of("initial_hosts", "timeout"))).contains("initial_hosts");
        assertThat(NearestName.of("FD_SOKC", List.of("FD_ALL", "FD_SOCK"))).contains("FD_SOCK");
    }

    @Test
    void whatIsTooFarOffIsNotSuggested() {
        assertThat(NearestName.of("ENCRYPTION", List.of("UNICAST", "NAKACK"))).isEmpty();
        assertThat(NearestName.of("TCP", List.of())).isEmpty();
    }

    @Test
    void ofEquallyNearNamesTheFirstInTheAlphabetIsSuggested() {
        assertThat(NearestName.of("TCP2", List.of("TCP3", "TCP1"))).contains("TCP1");
    }

    @Test
    void distanceCountsInsertionsRemovalsAndReplacements() {
        assertThat(NearestName.distance("kitten", "sitting")).isEqualTo(3);
        assertThat(NearestName.distance("", "abc")).isEqualTo(3);
        assertThat(NearestName.distance("abc", "ABC")).isZero();
        assertThat(NearestName.distance("ab", "ba")).isEqualTo(2);
    }
}
