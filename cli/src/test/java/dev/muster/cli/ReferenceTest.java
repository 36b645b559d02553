package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.core.Assembler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The committed reference pages say what the protocols themselves say. What stands below the line {@code by hand from here on}
 * is kept as it is.
 */
class ReferenceTest {

    /** Tests run in the module's folder, one below the root. */
    private static final Path FOLDER = Path.of("..", "docs", "reference").toAbsolutePath().normalize();
    private static final boolean REWRITE = Boolean.getBoolean("muster.rewrite");

    private static final String BY_HAND = "\n<!-- by hand from here on -->\n";

    private static final String REMEDY = "docs/reference differs from what the protocols say. Rewrite it with"
            + "%n  mvn -B verify -Dmuster.rewrite=true%nread the difference, and commit it with the change that caused it";

    @Test
    void thePagesInDocsReferenceAreTheOnesThatTheProtocolsGive() throws IOException {
        Map<String, String> generated = generated();
        if (REWRITE) {
            rewrite(generated);
        }

        Map<String, String> committed = committed();
        assertThat(committed.keySet()).as(REMEDY).isEqualTo(generated.keySet());
        generated.forEach((page, text) -> assertThat(withoutHand(committed.get(page)).lines()).as(page + ": " + REMEDY)
                .containsExactlyElementsOf(text.lines().toList()));
    }

    /** What a reader of a page looks for. The last one needs judgement, so it is written by hand. */
    private static final List<String> SECTIONS = List.of("## Guarantees", "## Place in a stack", "## Settings", "## On the wire",
            "## Counters", "## What to tune first");

    @Test
    void everyPageHasEverySectionAndSaysSomethingInIt() throws IOException {
        Map<String, String> pages = committed();
        pages.remove("README.md");

        assertThat(pages).isNotEmpty().allSatisfy((page, text) -> assertThat(SECTIONS).allSatisfy(section ->
                assertThat(text).as(page).containsPattern("(?m)^" + section + "\n\n[^#\\s<]")));
    }

    @Test
    void everyHeaderThatAPageNamesHasItsLayoutDrawnWhereThePageLeads() throws IOException {
        Pattern link = Pattern.compile("drawn in \\[\\w+]\\((.+?)\\)");
        for (Map.Entry<String, String> page : committed().entrySet()) {
            for (Matcher leads = link.matcher(page.getValue()); leads.find(); ) {
                Path header = FOLDER.resolve(leads.group(1)).normalize();
                assertThat(header).as(page.getKey()).isRegularFile();
                assertThat(Files.readString(header)).as(header + " draws its layout").containsPattern("<pre>|No bytes");
            }
        }
    }

    private static Map<String, String> generated() {
        List<ProtocolPage> pages = ProtocolPage.all(Assembler.installed().providers());
        Map<String, String> generated = new TreeMap<>();
        pages.forEach(page -> generated.put(page.name() + ".md", ReferenceText.markdown(page)));
        generated.put("README.md", ReferenceText.markdownIndex(pages));
        return generated;
    }

    private static Map<String, String> committed() throws IOException {
        Map<String, String> committed = new TreeMap<>();
        if (Files.isDirectory(FOLDER)) {
            try (Stream<Path> files = Files.list(FOLDER)) {
                for (Path file : files.toList()) {
                    committed.put(file.getFileName().toString(), Files.readString(file));
                }
            }
        }
        return committed;
    }

    private static String withoutHand(String page) {
        int hand = page.indexOf(BY_HAND);
        return hand < 0 ? page : page.substring(0, hand);
    }

    private static void rewrite(Map<String, String> generated) throws IOException {
        Files.createDirectories(FOLDER);
        Map<String, String> before = committed();
        for (String old : before.keySet()) {
            Files.delete(FOLDER.resolve(old));
        }
        for (Map.Entry<String, String> page : generated.entrySet()) {
            String old = before.getOrDefault(page.getKey(), "");
            Files.writeString(FOLDER.resolve(page.getKey()), page.getValue() + old.substring(withoutHand(old).length()));
        }
    }
}
