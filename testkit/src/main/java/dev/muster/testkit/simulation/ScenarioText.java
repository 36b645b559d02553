package dev.muster.testkit.simulation;

import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Records as {@code name=value} words and back: every fault reads and writes itself by its components. */
final class ScenarioText {

    private ScenarioText() {}

    static String values(Record value) {
        return Arrays.stream(value.getClass().getRecordComponents())
                .map(component -> component.getName() + "=" + text(get(component, value)))
                .collect(Collectors.joining(" "));
    }

    private static Object get(RecordComponent component, Object record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a record always tells its " + component.getName(), e);
        }
    }

    static String text(Object value) {
        if (value instanceof Duration duration) {
            return BigDecimal.valueOf(duration.toNanos(), 9).stripTrailingZeros().toPlainString() + "s";
        }
        if (value instanceof List<?> parts) {
            return parts.stream().map(part -> ((List<?>) part).stream().map(String::valueOf)
                    .collect(Collectors.joining(","))).collect(Collectors.joining("|"));
        }
        if (value instanceof Record inner) {
            return "(" + values(inner).replace(' ', ';') + ")";
        }
        return String.valueOf(value);
    }

    static FaultSchedule.Fault fault(String text) {
        String[] parts = text.split("\\s+", 2);
        List<String> known = new ArrayList<>();
        for (Class<?> type : FaultSchedule.Fault.class.getPermittedSubclasses()) {
            known.add(type.getSimpleName());
            if (type.getSimpleName().equals(parts[0])) {
                return (FaultSchedule.Fault) read(type, parts.length < 2 ? "" : parts[1]);
            }
        }
        throw new IllegalArgumentException("no fault is called " + parts[0] + "; there are " + known);
    }

    static Object read(Class<?> type, String text) {
        Map<String, String> words = new LinkedHashMap<>();
        for (String word : text.strip().split("\\s+")) {
            int sign = word.indexOf('=');
            if (sign < 1) {
                throw new IllegalArgumentException("\"" + word + "\" is no name=value");
            }
            words.put(word.substring(0, sign), word.substring(sign + 1));
        }
        Map<String, Object> values = new LinkedHashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String word = words.remove(component.getName());
            if (word == null) {
                throw new IllegalArgumentException(type.getSimpleName() + " needs " + component.getName() + "=…");
            }
            values.put(component.getName(), value(component.getType(), word));
        }
        if (!words.isEmpty()) {
            throw new IllegalArgumentException(type.getSimpleName() + " has no " + words.keySet());
        }
        return create(type, values);
    }

    private static Object value(Class<?> type, String word) {
        if (type == Duration.class) {
            return duration(word);
        } else if (type == int.class) {
            return Integer.valueOf(word);
        } else if (type == long.class) {
            return Long.valueOf(word);
        } else if (type == double.class) {
            return Double.valueOf(word);
        } else if (type == boolean.class) {
            return Boolean.valueOf(word);
        } else if (type == FaultSchedule.Hosts.class) {
            return FaultSchedule.Hosts.valueOf(word);
        } else if (type == LinkQuality.class) {
            return read(type, word.substring(1, word.length() - 1).replace(';', ' '));
        }
        List<List<Integer>> parts = new ArrayList<>();
        for (String part : word.split("\\|", -1)) {
            parts.add(part.isEmpty() ? List.of() : Arrays.stream(part.split(",")).map(Integer::valueOf).toList());
        }
        return parts;
    }

    private static Object create(Class<?> type, Map<String, Object> values) {
        Class<?>[] types = Arrays.stream(type.getRecordComponents()).map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            return type.getDeclaredConstructor(types).newInstance(values.values().toArray());
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("no " + type.getSimpleName() + " can be made of " + values, e);
        }
    }

    /** Such as {@code 1.5s} or {@code 200ms}. */
    static Duration duration(String word) {
        int shift = word.endsWith("ms") ? 6 : 9;
        String number = word.substring(0, word.length() - (shift == 6 ? 2 : 1));
        if (!word.endsWith("s")) {
            throw new IllegalArgumentException(word + " is no time such as 1.5s or 200ms");
        }
        return Duration.ofNanos(new BigDecimal(number).movePointRight(shift).longValueExact());
    }

    /** The fault among so many nodes; null if it concerns none of them. */
    static FaultSchedule.Fault within(FaultSchedule.Fault fault, int nodes) {
        if (fault instanceof FaultSchedule.Partition partition) {
            return new FaultSchedule.Partition(partition.at(), partition.parts().stream()
                    .map(part -> part.stream().filter(node -> node < nodes).toList()).toList());
        }
        for (RecordComponent component : fault.getClass().getRecordComponents()) {
            boolean isNode = List.of("node", "from", "to", "one", "other").contains(component.getName());
            if (isNode && (int) get(component, fault) >= nodes) {
                return null;
            }
        }
        return fault;
    }
}
