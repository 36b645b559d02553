package dev.muster.fuzzing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.ConfigurationException;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.config.xml.XmlStackReader;
import dev.muster.core.Assembler;
import dev.muster.spi.BindAddress;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.fuzz.Mutator;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Values of settings as people mistype them: each is refused in words, or accepted such that it means the same when it is
 * written down again, and such that its protocol can be made.
 */
class SettingsTest {

    private static final int LONGEST = 200;
    private static final long VALUE_BYTES = 60_000;
    private static final long BYTES_PER_BYTE = 1_000;

    /** What the kinds of settings look like, besides the defaults of all. */
    private static final List<String> SAMPLES = List.of("500ms", "2.5s", "5m", "1h", "-1", "0", "60000", "64K", "2MiB", "1,2,3s",
            "true", "FALSE", "0.5", "1e9", "NaN", "Infinity", "0x1p3", "h[1],127.0.0.1[7800]", "[::1][7800]", ",", "a[99999]",
            "9223372036854775807ns", "9223372036854775807", "0.0000000001", "\u0661\u0662", "1d", "99999999999d");

    private record Named(ProtocolProvider provider, Setting<?> setting) {}

    private final SplittableRandom random = new SplittableRandom(Sizes.SEED);

    private static List<byte[]> bytes(List<String> texts) {
        return texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    }

    private static <T> String formatted(Setting<T> setting) {
        return setting.format(setting.initial().orElse(null));
    }

    @Test
    void aValueIsRefusedInWordsOrMeansTheSameWhenWrittenDownAgain() {
        List<Named> settings = new ArrayList<>();
        List<String> samples = new ArrayList<>(SAMPLES);
        for (ProtocolProvider provider : Assembler.installed().providers()) {
            for (Setting<?> setting : provider.settings()) {
                settings.add(new Named(provider, setting));
                samples.add(formatted(setting));
            }
        }
        Sizes.tell(Campaign.of("values of settings", input -> {
            Named named = settings.get(random.nextInt(settings.size()));
            check(named.provider, named.setting, new String(input, StandardCharsets.UTF_8));
        }).allocatingAtMost(VALUE_BYTES, BYTES_PER_BYTE)
                .run(new Mutator(Sizes.SEED, bytes(samples), LONGEST), Sizes.INPUTS, Sizes.LIMIT));
    }

    private static <T> void check(ProtocolProvider provider, Setting<T> setting, String text) {
        T value = setting.parse(text);
        boolean hidden = setting.kind().equals("secret");
        if (hidden && !setting.format(value).equals("***")) {
            throw new IllegalStateException(setting + " is a secret and is shown: " + setting.format(value));
        }
        if (!hidden && !setting.parse(setting.format(value)).equals(value)) {
            throw new IllegalStateException(setting + "=" + text + " is written down as " + setting.format(value)
                    + ", which is something else");
        }
        Settings settings = new Settings().set(setting, value);
        List<String> problems = new ArrayList<>();
        provider.validate(settings, problems::add);
        if (problems.isEmpty()) {
            provider.create(settings);
        }
    }

    @Test
    void valuesThatLookLikeOnesAndAreNoneAreRefused() {
        assertThatThrownBy(() -> Setting.decimal("share", 0.5).parse("NaN")).hasMessageContaining("finite");
        assertThatThrownBy(() -> Setting.decimal("share", 0.5).parse("-Infinity")).hasMessageContaining("finite");
        assertThatThrownBy(() -> Setting.durations("waits", List.of()).parse(",")).hasMessageContaining("waits='' is not");
        assertThatThrownBy(() -> Setting.durations("waits", List.of()).parse("1,")).hasMessageContaining("waits='' is not");
        assertThatThrownBy(() -> Setting.bytes("size", 1).parse("9".repeat(1_000_000))).message().hasSizeLessThan(300);
        assertThatThrownBy(() -> BindAddress.find("TCP: bind_addr", "match-address:[a&&]", List.of(
                new BindAddress.Candidate("lo", InetAddress.getLoopbackAddress())))).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> BindAddress.find("TCP: bind_addr", "match-interface:" + "(".repeat(100_000), List.of()))
                .isInstanceOf(ConfigurationException.class).message().hasSizeLessThan(1_000);
    }

    @Test
    void aPatternOfAddressesIsRefusedInWords() {
        List<BindAddress.Candidate> candidates =
                List.of(new BindAddress.Candidate("eth0", InetAddress.getLoopbackAddress()));
        List<String> samples = List.of("eth.*", "10\\.1\\..*", "(a|b)*[0-9]{1,3}(?<n>x)\\k<n>", "\\p{L}+(?i)x*?", "[a-z&&[^b]]");
        Sizes.tell(Campaign.of("patterns of addresses", input -> {
            String pattern = new String(input, StandardCharsets.UTF_8).replace(',', '.');
            BindAddress.find("TCP: bind_addr", "match-interface:" + pattern + ",match-address:" + pattern, candidates);
        }).refusingWith(ConfigurationException.class).allocatingAtMost(VALUE_BYTES, BYTES_PER_BYTE)
                .run(new Mutator(Sizes.SEED, bytes(samples), LONGEST), Sizes.INPUTS / 20, Sizes.LIMIT));
    }

    @Test
    void aPropertyInAFileIsReplacedOrRefusedWithItsLine() {
        XmlStackReader reader = new XmlStackReader();
        Map<String, String> properties = Map.of("a", "1", "b", "${a}", "c.d", "}{$");
        List<String> samples = List.of("${a}", "x${b:${c.d}}y", "${none:${none:${none:deep}}}", "${${a}:2}", "$${a}}", "${a");
        Sizes.tell(Campaign.of("properties", input -> {
            String value = new String(input, StandardCharsets.ISO_8859_1).replaceAll("[^ -~]|[<&\"]", "\\${");
            String file = "<stack>\n<TCP bind_addr=\"" + value + "\"/>\n</stack>";
            assertThat(XmlTest.refusedWithLine(() -> reader.read(
                    new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8)), "fuzzed.xml", properties))).isIn(0, 2);
        }).allocatingAtMost(XmlTest.PARSER_BYTES, XmlTest.BYTES_PER_BYTE)
                .run(new Mutator(Sizes.SEED, bytes(samples), LONGEST), Sizes.INPUTS, Sizes.BOX.dividedBy(3)));
    }
}
