package dev.muster.config.xml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubstitutionTest {

    private static final Map<String, String> PROPERTIES = Map.of("a", "1", "both", "property", "which", "a", "raw", "${a}");
    private static final Map<String, String> SYSTEM = Map.of("b", "2", "both", "system", "shared", "system");
    private static final Map<String, String> ENVIRONMENT =
            Map.of("shared", "environment", "exact.name", "3", "MUSTER_BIND_ADDR", "4", "EXACT_NAME", "5", "empty", "");

    private final Substitution substitution = new Substitution(PROPERTIES, SYSTEM::get, ENVIRONMENT::get);

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
        "no property|no property",
        "$ and { and } stay|$ and { and } stay",
        "${a}|1",
        "x${a}y${b}z|x1y2z",
        "${a:9}|1",
        "${missing:9}|9",
        "${missing:}x|x",
        "${missing:match-interface:eth.*}|match-interface:eth.*",
        "${missing:${b}}|2",
        "${missing:${other:${a}}}|1",
        "${missing:[${a}],[${b}]}|[1],[2]",
        "${${which}}|1",
        "${missing${a}:x}|x",
        "${${which:q}:x}|1",
        "${both}|property",
        "${shared}|system",
        "${exact.name}|3",
        "${muster.bind_addr}|4",
        "${muster.bind-addr:loopback}|4",
        "${empty:9}x|x",
        "${ a }|1",
        "${raw}|${a}",
        "${missing:127.0.0.1[7800],127.0.0.1[7801]}|127.0.0.1[7800],127.0.0.1[7801]",
    })
    void aPropertyIsReplacedByItsValueOrItsDefault(String text, String expected) {
        assertThat(substitution.apply(text)).isEqualTo(expected);
    }

    @Test
    void aMissingPropertyIsNamedWithEveryPlaceWhereItMayBeSet() {
        assertThatThrownBy(() -> substitution.apply("${muster.no-such}"))
                .hasMessage("property 'muster.no-such' is not set; set it as a property, a system property "
                        + "-Dmuster.no-such=… or an environment variable MUSTER_NO_SUCH, or give a default: "
                        + "${muster.no-such:…}");
    }

    @Test
    void aMissingPropertyInsideOfADefaultIsNamedOnlyWhenTheDefaultIsNeeded() {
        assertThat(substitution.apply("${a:${missing}}")).isEqualTo("1");
        assertThatThrownBy(() -> substitution.apply("${no:${missing}}")).hasMessageContaining("'missing'");
    }

    @Test
    void aPropertyWithoutAnEndIsShown() {
        assertThatThrownBy(() -> substitution.apply("x${a:${b}")).hasMessageContaining("'${a:${b}' has no closing '}'");
    }

    @Test
    void aPropertyWithoutANameIsShown() {
        assertThatThrownBy(() -> substitution.apply("${:9}")).hasMessageContaining("'${:9}' names no property");
    }
}
