package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {

    @Test
    void mapsListsAndValuesAreIndentedInTheirOrder() {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("text", "a");
        value.put("numbers", Arrays.asList(1, 2.5, null, true));
        value.put("none", List.of());
        value.put("nothing", Map.of());

        assertThat(Json.of(value)).isEqualTo("""
                {
                  "text": "a",
                  "numbers": [
                    1,
                    2.5,
                    null,
                    true
                  ],
                  "none": [],
                  "nothing": {}
                }""");
    }

    @Test
    void whateverATextHoldsTheOutputStaysJson() {
        assertThat(Json.of("\"\\\n\r\t\u0001é…")).isEqualTo("\"\\\"\\\\\\n\\r\\t\\u0001é…\"");
        assertThat(Json.of("\ud83d\ude00 \ud83d \ude00")).isEqualTo("\"\ud83d\ude00 \\ud83d \\ude00\"");
    }

    @Test
    void whatIsNoNumberIsNull() {
        assertThat(Json.of(List.of(Double.NaN, Double.POSITIVE_INFINITY))).isEqualTo("[\n  null,\n  null\n]");
    }
}
