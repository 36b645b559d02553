package dev.muster.api;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Reads and writes times and sizes with units. */
final class Quantity {

    private static final Map<String, Long> NANOS = new LinkedHashMap<>();
    private static final Map<String, Long> BYTES = new LinkedHashMap<>();

    static {
        NANOS.put("d", 86_400_000_000_000L);
        NANOS.put("h", 3_600_000_000_000L);
        NANOS.put("m", 60_000_000_000L);
        NANOS.put("s", 1_000_000_000L);
        NANOS.put("ms", 1_000_000L);
        NANOS.put("us", 1_000L);
        NANOS.put("ns", 1L);
        BYTES.put("G", 1_000_000_000L);
        BYTES.put("M", 1_000_000L);
        BYTES.put("K", 1_000L);
        BYTES.put("GiB", 1L << 30);
        BYTES.put("MiB", 1L << 20);
        BYTES.put("KiB", 1L << 10);
        BYTES.put("B", 1L);
    }

    /** Longer ones mean nothing, and their digits would take long to read. */
    private static final int LONGEST = 60;

    private Quantity() {}

    /** A time; without a unit in milliseconds. */
    static Duration duration(String text) {
        return Duration.ofNanos(scaled(text, NANOS, 1_000_000L,
                "a time such as 500ms, 2s or 5m (milliseconds without a unit)"));
    }

    /** A size; without a unit in bytes, K M G powers of 1000, KiB MiB GiB powers of 1024. */
    static long bytes(String text) {
        return scaled(text, BYTES, 1L, "a size such as 60000, 64K or 2MiB");
    }

    static String format(Duration value) {
        return format(value.toNanos(), NANOS, "0ms");
    }

    static String format(long bytes) {
        return format(bytes, BYTES, "0").replaceAll("(\\d)B$", "$1");
    }

    /** The shortest of all ways to write it exactly. */
    private static String format(long value, Map<String, Long> units, String zero) {
        if (value == 0) {
            return zero;
        }
        return units.entrySet().stream().filter(unit -> value % unit.getValue() == 0)
                .map(unit -> value / unit.getValue() + unit.getKey())
                .min(Comparator.comparing(String::length))
                .orElseThrow(() -> new AssertionError("the smallest unit divides everything"));
    }

    private static long scaled(String text, Map<String, Long> units, long withoutUnit, String expected) {
        String trimmed = text.trim();
        if (trimmed.length() > LONGEST) {
            throw new IllegalArgumentException("'" + trimmed.substring(0, LONGEST) + "…' of " + trimmed.length()
                    + " characters is not " + expected);
        }
        int split = 0;
        while (split < trimmed.length() && isPartOfNumber(trimmed.charAt(split))) {
            split++;
        }
        String unit = trimmed.substring(split).trim();
        Long factor = unit.isEmpty() ? Long.valueOf(withoutUnit) : factor(unit, units);
        if (factor == null) {
            throw new IllegalArgumentException("'" + text + "' has the unknown unit '" + unit + "'; expected " + expected);
        }
        try {
            return new BigDecimal(trimmed.substring(0, split)).multiply(BigDecimal.valueOf(factor)).longValueExact();
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not " + expected, e);
        }
    }

    private static boolean isPartOfNumber(char character) {
        return character >= '0' && character <= '9' || character == '.' || character == '-' || character == '+';
    }

    private static Long factor(String unit, Map<String, Long> units) {
        Long usual = units.get(unit);
        if (usual != null) {
            return usual;
        }
        for (Map.Entry<String, Long> known : units.entrySet()) {
            if (known.getKey().toLowerCase(Locale.ROOT).equals(unit.toLowerCase(Locale.ROOT))
                    || (known.getKey() + "B").equalsIgnoreCase(unit)) {
                return known.getValue();
            }
        }
        return null;
    }
}
