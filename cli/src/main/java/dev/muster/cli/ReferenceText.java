package dev.muster.cli;

import dev.muster.cli.ProtocolPage.SettingRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
        }
        if (page.settings().isEmpty()) {
            out.append("\n  no settings\n");
        }
        return out.toString();
    }

    private static Map<String, String> facts(ProtocolPage page) {
        Map<String, String> facts = new LinkedHashMap<>();
        put(facts, "also called", page.aliases());
        page.promises().forEach(promise -> facts.merge("promises", promise, (all, next) -> all + "; " + next));
        page.exclusions().forEach(exclusion -> facts.merge("not promised", exclusion, (all, next) -> all + "; " + next));
        put(facts, "provides", page.provides());
        put(facts, "needs below", page.needsBelow());
        put(facts, "needs above", page.needsAbove());
        put(facts, "header ids", page.headers().entrySet().stream()
                .map(header -> header.getKey() + " (" + header.getValue() + ")").toList());
        facts.put("module", page.module());
        if (!page.type().isEmpty()) {
            facts.put("class", page.type());
        }
        return facts;
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
        if (!setting.source().isEmpty()) {
            notes.add("source's default: " + setting.source() + "; ours differs: " + setting.why());
        }
        if (!setting.inert().isEmpty()) {
            notes.add("accepted, without effect: " + setting.inert());
        }
        return notes;
    }

    /** A page of docs/reference. */
    static String markdown(ProtocolPage page) {
        StringBuilder out = new StringBuilder();
        out.append("<!-- generated from the protocol's own settings; rewrite with -Dmuster.rewrite=true -->\n\n");
        out.append("# ").append(page.name()).append("\n\n").append(sentence(page.purpose())).append("\n\n");
        facts(page).forEach((what, value) ->
                out.append("- ").append(what).append(": ").append(isCode(what) ? code(value) : value).append('\n'));
        if (page.settings().isEmpty()) {
            return out.append("\nIt has no settings.\n").toString();
        }
        out.append("\n| setting | default | values | meaning |\n|---|---|---|---|\n");
        for (SettingRow setting : page.settings()) {
            String values = setting.unit() + (setting.range().isEmpty() ? "" : "; " + setting.range());
            out.append("| ").append(code(setting.name()));
            out.append(" | ").append(setting.initial().isEmpty() ? "–" : code(cell(setting.initial())));
            out.append(" | ").append(cell(values));
            out.append(" | ").append(cell(String.join(". ", notes(setting)))).append(" |\n");
        }
        return out.toString();
    }

    /** The page that lists all others. */
    static String markdownIndex(List<ProtocolPage> pages) {
        StringBuilder out = new StringBuilder();
        out.append("<!-- generated; rewrite with -Dmuster.rewrite=true -->\n\n# Protocols\n\n");
        out.append("The same as `muster describe`. Times and sizes take units: `500ms`, `2s`, `5m`; `64K` (1000), `2MiB` (1024).\n\n");
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
        values.put("headers", page.headers());
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

    private static boolean isCode(String what) {
        return what.equals("module") || what.equals("class");
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
