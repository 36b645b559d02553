package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.core.Assembler;
import dev.muster.spi.Figure;
import dev.muster.spi.ProtocolProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What protocols say they count is what they count: read from their sources, for some count only in rare cases. */
class FiguresTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** Names that are put together end with an underscore here. */
    private static final Pattern COUNTED = Pattern.compile("\\b(?:counter|gauge)\\(\\s*\"([a-z_]+)\"");
    private static final Pattern BEGINNING = Pattern.compile("\"([a-z_]+_)\"");

    /** What modules share, transports for one, is counted in these. */
    private static final List<String> SHARED = List.of("spi", "core");

    private static Map<String, List<ProtocolProvider>> modules() {
        return Assembler.installed().providers().stream().collect(Collectors.groupingBy(provider ->
                provider.getClass().getModule().getName().replace("dev.muster.", "").replace('.', '-'), TreeMap::new,
                Collectors.toList()));
    }

    private static Set<String> found(String module, Pattern pattern) throws IOException {
        Set<String> found = new TreeSet<>();
        try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                for (Matcher matcher = pattern.matcher(Files.readString(file)); matcher.find(); ) {
                    found.add(matcher.group(1));
                }
            }
        }
        return found;
    }

    private static Set<String> told(List<ProtocolProvider> providers) {
        return providers.stream().flatMap(provider -> provider.figures().stream()).map(Figure::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void whateverIsCountedIsTold() throws IOException {
        for (Map.Entry<String, List<ProtocolProvider>> module : modules().entrySet()) {
            Set<String> told = told(module.getValue());
            assertThat(found(module.getKey(), COUNTED)).as(module.getKey() + ": add it to figures() of the provider")
                    .allMatch(name -> told.contains(name) || name.endsWith("_") && told.stream().anyMatch(t -> t.startsWith(name)));
        }
    }

    @Test
    void whateverIsToldIsCounted() throws IOException {
        Set<String> shared = new TreeSet<>();
        for (String module : SHARED) {
            shared.addAll(found(module, COUNTED));
        }
        for (Map.Entry<String, List<ProtocolProvider>> module : modules().entrySet()) {
            Set<String> counted = found(module.getKey(), COUNTED);
            Set<String> beginnings = found(module.getKey(), BEGINNING);
            assertThat(told(module.getValue())).as(module.getKey() + ": remove it from figures() of the provider")
                    .allMatch(name -> counted.contains(name) || shared.contains(name)
                            || beginnings.stream().anyMatch(name::startsWith));
        }
    }

    @Test
    void everyFigureIsToldOnceWithAMeaning() {
        assertThat(Assembler.installed().providers()).allSatisfy(provider -> {
            assertThat(provider.figures()).as(provider.type().name()).extracting(Figure::name).doesNotHaveDuplicates();
            assertThat(provider.figures()).as(provider.type().name()).allSatisfy(figure ->
                    assertThat(figure.meaning()).as(figure.name()).isNotBlank().doesNotEndWith("."));
        });
    }
}
