package dev.muster.core;

import dev.muster.api.Address;
import dev.muster.api.Diagnosis;
import dev.muster.api.Wait;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes a diagnosis for people, and as one line of JSON for programs. Names and order in the JSON are a promise: keys are
 * added, never renamed or removed.
 */
final class DiagnosisText {

    private DiagnosisText() {}

    /** Everything, as one line of JSON. */
    static String json(Diagnosis diagnosis) {
        StringBuilder out = new StringBuilder();
        write(out, values(diagnosis));
        return out.append('\n').toString();
    }

    private static Map<String, Object> values(Diagnosis diagnosis) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("member", diagnosis.member().toString());
        values.put("id", diagnosis.member().id());
        values.put("cluster", diagnosis.cluster());
        values.put("state", diagnosis.state().name());
        values.put("view", diagnosis.view() == null ? null
                : ordered("id", diagnosis.view().id().toString(), "members", names(diagnosis.view().members())));
        values.put("waits", diagnosis.layers().stream().flatMap(layer -> layer.waits().stream()
                .map(wait -> values(layer.protocol(), wait))).toList());
        values.put("queues", values(diagnosis.queues()));
        values.put("stack", diagnosis.layers().stream().map(layer -> ordered("protocol", layer.protocol(),
                "settings", layer.settings(), "counters", layer.counters())).toList());
        return values;
    }

    private static Map<String, Object> values(String protocol, Wait wait) {
        return ordered("protocol", protocol, "reason", wait.reason().name(), "members", names(wait.members()),
                "millis", wait.lasting().toMillis(), "what", wait.what());
    }

    private static Map<String, Object> values(Diagnosis.Queues queues) {
        return ordered("outbox_bytes", queues.outboxBytes(), "senders", queues.senders(),
                "group_paused", queues.isGroupPaused(), "paused_members", names(queues.pausedMembers()),
                "inbox_packets", queues.inboxPackets(), "lanes", queues.lanes().stream()
                        .map(lane -> ordered("of", lane.of(), "packets", lane.packets())).toList(),
                "barrier", queues.barrier(), "callback_failures", queues.callbackFailures());
    }

    private static Map<String, Object> ordered(Object... keysAndValues) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            values.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return values;
    }

    private static List<String> names(List<Address> members) {
        return members.stream().map(Address::toString).toList();
    }

    private static void write(StringBuilder out, Object value) {
        if (value instanceof Map<?, ?> map) {
            out.append('{');
            String separator = "";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                out.append(separator);
                quote(out, String.valueOf(entry.getKey()));
                out.append(':');
                write(out, entry.getValue());
                separator = ",";
            }
            out.append('}');
        } else if (value instanceof List<?> list) {
            out.append('[');
            for (int i = 0; i < list.size(); i++) {
                out.append(i == 0 ? "" : ",");
                write(out, list.get(i));
            }
            out.append(']');
        } else if (value == null || value instanceof Number || value instanceof Boolean) {
            out.append(value);
        } else {
            quote(out, value.toString());
        }
    }

    /** Names come from strangers: nothing but plain characters goes out unescaped. */
    private static void quote(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c >= 0x7F && c < 0xA0 || Character.isSurrogate(c)) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    /** For people: what matters most comes first. */
    static String plain(Diagnosis diagnosis) {
        List<String> lines = new ArrayList<>();
        lines.add(diagnosis.member() + " (" + diagnosis.member().id() + ") of group " + diagnosis.cluster() + " is "
                + diagnosis.state());
        lines.add("view    " + (diagnosis.view() == null ? "none" : diagnosis.view()));
        List<String> reasons = diagnosis.reasons();
        lines.add("waits   " + (reasons.isEmpty() ? "for nothing" : String.join("\n        ", reasons)));
        lines.addAll(plain(diagnosis.queues()));
        lines.add("stack");
        for (Diagnosis.Layer layer : diagnosis.layers()) {
            lines.add("  " + layer.protocol() + pairs(layer.settings(), " "));
            String counted = layer.counters().entrySet().stream().filter(counter -> counter.getValue() != 0)
                    .map(counter -> counter.getKey() + "=" + counter.getValue()).collect(Collectors.joining(" "));
            if (!counted.isEmpty()) {
                lines.add("    counted " + counted);
            }
        }
        return lines.stream().map(DiagnosisText::harmless).collect(Collectors.joining("\n", "", "\n"));
    }

    private static String pairs(Map<String, String> settings, String before) {
        return settings.entrySet().stream().map(setting -> before + setting.getKey() + "=" + setting.getValue())
                .collect(Collectors.joining());
    }

    private static List<String> plain(Diagnosis.Queues queues) {
        List<String> lines = new ArrayList<>();
        String paused = queues.isGroupPaused() ? ", the group is paused" : "";
        if (!queues.pausedMembers().isEmpty()) {
            paused += ", paused are " + names(queues.pausedMembers());
        }
        lines.add("outbox  " + queues.outboxBytes() + " bytes, " + queues.senders() + " senders wait for room" + paused);
        String lanes = queues.lanes().stream().map(lane -> ", of " + lane.of() + " " + lane.packets())
                .collect(Collectors.joining());
        lines.add("inbox   " + queues.inboxPackets() + " packets" + lanes
                + (queues.barrier() ? ", a view or state waits for callbacks to return" : "")
                + (queues.callbackFailures() > 0 ? ", " + queues.callbackFailures() + " callbacks failed" : ""));
        return lines;
    }

    /** A name must not be able to steer the terminal of who reads it. */
    private static String harmless(String text) {
        return text.codePoints().map(c -> Character.isISOControl(c) && c != '\n' ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }
}
