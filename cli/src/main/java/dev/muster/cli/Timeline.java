package dev.muster.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Help.Ansi;

/** What happened when, to whom: shown as it happens, or kept for JSON. */
final class Timeline {

    /** One colour per member, in turn; plain where there is no terminal or NO_COLOR is set. */
    private static final List<String> COLOURS = List.of("cyan", "green", "yellow", "magenta", "blue");

    private final PrintWriter out;
    private final boolean shown;
    private final long start = MemberLine.nowMicros();
    private final Map<String, String> colours = new LinkedHashMap<>();
    private final List<Map<String, Object>> kept = new ArrayList<>();

    Timeline(PrintWriter out, boolean shown) {
        this.out = out;
        this.shown = shown;
    }

    /** A heading between the phases. */
    void heading(String text) {
        if (shown) {
            out.println(Ansi.AUTO.string("\n@|bold " + text + "|@"));
            out.flush();
        }
    }

    /** Something happened to a member, at a time by the clock of the machine. */
    void event(long micros, String member, String text) {
        double seconds = (micros - start) / 1e6;
        if (shown) {
            String colour = colours.computeIfAbsent(member, name -> COLOURS.get(colours.size() % COLOURS.size()));
            String who = String.format("%-4s", member);
            out.println(String.format(Locale.ROOT, "%8.3fs  ", seconds) + Ansi.AUTO.string("@|" + colour + " " + who + "|@")
                    + "  " + text);
            out.flush();
        }
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("seconds", Math.round(seconds * 1000) / 1000.0);
        event.put("member", member);
        event.put("event", text);
        kept.add(event);
    }

    /** A line of the verdict. */
    void verdict(boolean well, String text) {
        if (shown) {
            out.println("  " + Ansi.AUTO.string(well ? "@|bold,green ok  |@" : "@|bold,red FAIL|@") + "  " + text);
            out.flush();
        }
    }

    double seconds() {
        return (MemberLine.nowMicros() - start) / 1e6;
    }

    /** Everything so far, for JSON. */
    List<Map<String, Object>> events() {
        return kept;
    }
}
