package dev.muster.cli;

import dev.muster.cli.ProtocolPage.HeaderRow;
import dev.muster.cli.ProtocolPage.SettingRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Renders {@link ProtocolPage}s: for a terminal, as Markdown for docs/reference, as values for JSON. Pure. */
final class ReferenceText {

    private static final String INDENT = "      ";

    private ReferenceText() {}

    /** For a terminal. */
    static String plain(ProtocolPage page) {
        StringBuilder out = new StringBuilder();
        out.append(page.name()).append("  ").append(sentence(page.purpose())).append('\n');
        facts(page).forEach((what, value) -> out.append(String.format("  %-14s %s%n", what, value)));
        for (SettingRow setting : page.settings()) {
            out.append("\n  ").append(setting.name());
            if (!setting.initial().isEmpty()) {
                out.append(" = ").append(setting.initial());
            }
            out.append("   (").append(setting.unit());
            out.append(setting.range().isEmpty() ? "" : ", " + setting.range()).append(")\n");
            notes(setting).forEach(note -> out.append(INDENT).append(note).append('\n'));
            if (!setting.source().isEmpty()) {
                out.append(INDENT).append("source's default: ").append(setting.source()).append("; ours differs: ")
                        .append(setting.why()).append('\n');
            }
        }
        if (page.settings().isEmpty()) {
            out.append("\n  no settings\n");
        }
        page.figures().forEach(figure -> out.append(page.figures().indexOf(figure) == 0 ? "\n  counters\n" : "")
                .append(String.format("%s%-24s %s%n", INDENT, figure.name(), figure.meaning())));
        return out.toString();
    }

    private static Map<String, String> facts(ProtocolPage page) {
        Map<String, String> facts = new LinkedHashMap<>();
        put(facts, "also called", page.aliases());
        facts.put("module", page.module());
        if (!page.type().isEmpty()) {
            facts.put("class", page.type());
        }
        page.promises().forEach(promise -> facts.merge("promises", promise, (all, next) -> all + "; " + next));
        page.exclusions().forEach(exclusion -> facts.merge("not promised", exclusion, (all, next) -> all + "; " + next));
        facts.putAll(place(page));
        put(facts, "header ids", page.headers().stream().map(header -> header.id() + " (" + header.name() + ")").toList());
        return facts;
    }

    private static Map<String, String> place(ProtocolPage page) {
        Map<String, String> place = new LinkedHashMap<>();
        put(place, "provides", page.provides());
        put(place, "needs below", page.needsBelow());
        put(place, "needs above", page.needsAbove());
        return place;
    }

    private static void put(Map<String, String> facts, String what, List<String> values) {
        if (!values.isEmpty()) {
            facts.put(what, String.join(", ", values));
        }
    }

    private static List<String> notes(SettingRow setting) {
        List<String> notes = new ArrayList<>();
        if (!setting.meaning().isEmpty()) {
            notes.add(setting.meaning());
        }
        if (!setting.aliases().isEmpty()) {
            notes.add("also called " + String.join(", ", setting.aliases()));
        }
        if (!setting.inert().isEmpty()) {
            notes.add("accepted, without effect: " + setting.inert());
        }
        return notes;
    }

    /** A page of docs/reference, down to what is written by hand. */
    static String markdown(ProtocolPage page) {
        StringBuilder out = new StringBuilder();
        out.append("<!-- generated from what the protocol says of itself; rewrite with -Dmuster.rewrite=true -->\n\n");
        out.append("# ").append(page.name()).append("\n\n").append(sentence(page.purpose())).append("\n\n");
        if (!page.aliases().isEmpty()) {
            out.append("Also called ").append(String.join(", ", page.aliases())).append(". ");
        }
        out.append("Module ").append(code(page.module())).append(", class ").append(code(page.type())).append(".\n");
        guarantees(page, out);
        out.append("\n## Place in a stack\n\n");
        Map<String, String> place = place(page);
        place.forEach((what, value) -> out.append("- ").append(what).append(": ").append(value).append('\n'));
        out.append(place.isEmpty() ? "Anywhere.\n" : "");
        settings(page, out);
        wire(page, out);
        counters(page, out);
        return out.toString();
    }

    private static void guarantees(ProtocolPage page, StringBuilder out) {
        out.append("\n## Guarantees\n\n");
        page.promises().forEach(promise -> out.append("- ").append(promise).append('\n'));
        if (!page.exclusions().isEmpty()) {
            out.append("\nNot promised:\n\n");
            page.exclusions().forEach(exclusion -> out.append("- ").append(exclusion).append('\n'));
        }
    }

    /** What does something comes first; the rest is only known so that the files of others load. */
    private static void settings(ProtocolPage page, StringBuilder out) {
        List<SettingRow> effective = page.settings().stream().filter(setting -> setting.inert().isEmpty()).toList();
        List<SettingRow> inert = page.settings().stream().filter(setting -> !setting.inert().isEmpty()).toList();
        out.append("\n## Settings\n\n");
        if (effective.isEmpty()) {
            out.append("None.\n");
        } else {
            out.append("| setting | default | values | meaning | the source's default, and why ours differs |\n"
                    + "|---|---|---|---|---|\n");
            effective.forEach(setting -> out.append(row(setting)));
        }
        if (!inert.isEmpty()) {
            out.append("\nAccepted, without effect:\n\n| setting | values | meaning elsewhere | why it has none here |\n"
                    + "|---|---|---|---|\n");
            inert.forEach(setting -> out.append("| ").append(code(setting.name())).append(" | ").append(cell(values(setting, true)))
                    .append(" | ").append(cell(meaning(setting))).append(" | ").append(cell(setting.inert())).append(" |\n"));
        }
    }

    private static String row(SettingRow setting) {
        return "| " + code(setting.name())
                + " | " + (setting.initial().isEmpty() ? "–" : code(cell(setting.initial())))
                + " | " + cell(values(setting, false))
                + " | " + cell(meaning(setting))
                + " | " + (setting.source().isEmpty() ? "" : code(cell(setting.source())) + ": " + cell(setting.why())) + " |\n";
    }

    private static String values(SettingRow setting, boolean brief) {
        return setting.unit() + (brief || setting.range().isEmpty() ? "" : "; " + setting.range());
    }

    private static String meaning(SettingRow setting) {
        return setting.meaning() + (setting.aliases().isEmpty() ? "" : ". also called " + String.join(", ", setting.aliases()));
    }

    private static void wire(ProtocolPage page, StringBuilder out) {
        out.append("\n## On the wire\n\n");
        page.headers().forEach(header -> out.append("Header ").append(header.id()).append(", whose layout is drawn in [")
                .append(header.name()).append("](../../").append(header.source()).append(").\n"));
        out.append(page.headers().isEmpty() ? "No header of its own.\n" : "");
        out.append("How headers make packets, and packets what is sent: [wire](../wire.md).\n");
    }

    private static void counters(ProtocolPage page, StringBuilder out) {
        out.append("\n## Counters\n\n");
        if (page.figures().isEmpty()) {
            out.append("None of its own.\n");
            return;
        }
        out.append("| counter | meaning |\n|---|---|\n");
        page.figures().forEach(figure -> out.append("| ").append(code(figure.name())).append(" | ").append(cell(figure.meaning()))
                .append(" |\n"));
    }

    /** The page that lists all others. */
    static String markdownIndex(List<ProtocolPage> pages) {
        StringBuilder out = new StringBuilder();
        out.append("<!-- generated; rewrite with -Dmuster.rewrite=true -->\n\n# Protocols\n\n");
        out.append("The same as `muster describe`. Times and sizes take units: `500ms`, `2s`, `5m`; `64K` (1000), `2MiB` (1024).\n\n");
        out.append("Counters are read by `muster probe`, in JMX and with `Channel.counters()`. Each protocol has, besides its own,\n"
                + "`failures`: how often it failed, and what it was doing was dropped.\n\n");
        out.append("| protocol | what for | module |\n|---|---|---|\n");
        for (ProtocolPage page : pages) {
            out.append(String.format("| [%s](%s.md) | %s | %s |\n", page.name(), page.name(), cell(sentence(page.purpose())),
                    code(page.module())));
        }
        return out.toString();
    }

    /** For JSON. */
    static Map<String, Object> values(ProtocolPage page) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("name", page.name());
        values.put("aliases", page.aliases());
        values.put("purpose", page.purpose());
        values.put("module", page.module());
        values.put("class", page.type());
        values.put("promises", page.promises());
        values.put("notPromised", page.exclusions());
        values.put("provides", page.provides());
        values.put("needsBelow", page.needsBelow());
        values.put("needsAbove", page.needsAbove());
        values.put("headers", page.headers().stream().collect(Collectors.toMap(HeaderRow::id, HeaderRow::name,
                (one, other) -> one, LinkedHashMap::new)));
        Map<String, String> figures = new LinkedHashMap<>();
        page.figures().forEach(figure -> figures.put(figure.name(), figure.meaning()));
        values.put("counters", figures);
        values.put("settings", page.settings().stream().map(ReferenceText::values).toList());
        return values;
    }

    private static Map<String, Object> values(SettingRow setting) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("name", setting.name());
        values.put("aliases", setting.aliases());
        values.put("kind", setting.kind());
        values.put("unit", setting.unit());
        values.put("default", setting.initial().isEmpty() ? null : setting.initial());
        values.put("range", setting.range().isEmpty() ? null : setting.range());
        values.put("meaning", setting.meaning());
        values.put("sourceDefault", setting.source().isEmpty() ? null : setting.source());
        values.put("why", setting.why().isEmpty() ? null : setting.why());
        values.put("withoutEffect", setting.inert().isEmpty() ? null : setting.inert());
        return values;
    }

    private static String code(String text) {
        return "`" + text + "`";
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("\n", " ");
    }

    private static String sentence(String text) {
        String upper = text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
        return upper.endsWith(".") ? upper : upper + ".";
    }
}
