package dev.muster.cli;

import java.util.Iterator;
import java.util.Map;

/** Writes JSON: maps, iterables, texts, numbers, booleans and null. Indented, because people read it as well. */
final class Json {

    private static final String STEP = "  ";

    private final StringBuilder out = new StringBuilder();

    private Json() {}

    static String of(Object value) {
        Json json = new Json();
        json.write(value, "");
        return json.out.toString();
    }

    private void write(Object value, String indent) {
        if (value instanceof Map<?, ?> map) {
            writeMap(map, indent);
        } else if (value instanceof Iterable<?> elements) {
            writeList(elements, indent);
        } else if (value instanceof Double number) {
            // JSON has no way to say "no number"
            out.append(Double.isFinite(number) ? number.toString() : "null");
        } else if (value == null || value instanceof Number || value instanceof Boolean) {
            out.append(value);
        } else {
            writeText(value.toString());
        }
    }

    private void writeMap(Map<?, ?> map, String indent) {
        String inner = indent + STEP;
        out.append('{');
        String separator = "\n";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            out.append(separator).append(inner);
            writeText(String.valueOf(entry.getKey()));
            out.append(": ");
            write(entry.getValue(), inner);
            separator = ",\n";
        }
        out.append(map.isEmpty() ? "}" : "\n" + indent + "}");
    }

    private void writeList(Iterable<?> elements, String indent) {
        String inner = indent + STEP;
        out.append('[');
        Iterator<?> iterator = elements.iterator();
        boolean empty = !iterator.hasNext();
        while (iterator.hasNext()) {
            out.append('\n').append(inner);
            write(iterator.next(), inner);
            out.append(iterator.hasNext() ? "," : "");
        }
        out.append(empty ? "]" : "\n" + indent + "]");
    }

    private void writeText(String text) {
        out.append('"');
        for (int index = 0; index < text.length(); index++) {
            char c = text.charAt(index);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    // lone surrogates would not survive the way to UTF-8
                    if (c < ' ' || Character.isSurrogate(c) && !paired(text, index)) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    private static boolean paired(String text, int index) {
        return Character.isHighSurrogate(text.charAt(index))
                ? index + 1 < text.length() && Character.isLowSurrogate(text.charAt(index + 1))
                : index > 0 && Character.isHighSurrogate(text.charAt(index - 1));
    }
}
