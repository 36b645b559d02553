package dev.muster.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One setting of a protocol, declared in one line.
 *
 * <pre>{@code
 * public static final Setting<Duration> TIMEOUT = Setting.duration("timeout", Duration.ofSeconds(3)).positive()
 *         .says("how long to wait for an answer before asking again");
 * }</pre>
 *
 * <p>From this line come the XML attribute, the typed key in code, the check of type and range, the reference page and
 * the output of {@code muster describe}. Immutable: every method that refines a setting returns a new one.
 *
 * @param <T> type of the values
 */
public final class Setting<T> {

    /** What is shown instead of a secret. */
    private static final String HIDDEN = "***";

    private final Draft<T> draft;

    /** Everything about a setting; copied for each refinement. */
    private record Draft<T>(String name, String kind, Class<?> type, T initial, Function<String, T> parser,
            Function<T, String> formatter, Comparable<Object> least, boolean leastIsExcluded, Comparable<Object> most,
            List<String> aliases, String says, String source, String why, String inert,
            boolean reaching) {}

    private Setting(Draft<T> draft) {
        this.draft = draft;
    }

    private static <T> Setting<T> create(String name, String kind, Class<?> type, T initial,
            Function<String, T> parser, Function<T, String> formatter) {
        Objects.requireNonNull(name, "name");
        return new Setting<>(new Draft<>(name, kind, type, initial, parser, formatter, null, false, null, List.of(),
                "", null, null, null, false));
    }

    /**
     * A time. In text: {@code 500ms}, {@code 2s}, {@code 5m}; milliseconds without a unit.
     *
     * @param name attribute name in snake_case
     * @param initial the default, null for none
     * @return the setting
     */
    public static Setting<Duration> duration(String name, Duration initial) {
        return create(name, "time", Duration.class, initial, Quantity::duration, Quantity::format);
    }

    /**
     * A list of times, separated by commas; at least one.
     *
     * @param name attribute name in snake_case
     * @param initial the default
     * @return the setting
     */
    public static Setting<List<Duration>> durations(String name, List<Duration> initial) {
        return create(name, "times", List.class, initial,
                text -> Arrays.stream(text.split(",", -1)).map(Quantity::duration).toList(),
                list -> list.stream().map(Quantity::format).collect(Collectors.joining(",")));
    }

    /**
     * A size in bytes. In text: {@code 60000}, {@code 64K} (1000), {@code 2MiB} (1024 · 1024).
     *
     * @param name attribute name in snake_case
     * @param initial the default
     * @return the setting
     */
    public static Setting<Long> bytes(String name, long initial) {
        return create(name, "bytes", Long.class, initial, Quantity::bytes, Quantity::format);
    }

    /**
     * A whole number.
     *
     * @param name attribute name in snake_case
     * @param initial the default
     * @return the setting
     */
    public static Setting<Integer> integer(String name, int initial) {
        return create(name, "integer", Integer.class, initial, text -> number(text, "a whole number", Integer::valueOf),
                String::valueOf);
    }

    /**
     * A decimal number.
     *
     * @param name attribute name in snake_case
     * @param initial the default
     * @return the setting
     */
    public static Setting<Double> decimal(String name, double initial) {
        return create(name, "decimal", Double.class, initial, Setting::parseDecimal, String::valueOf);
    }

    /**
     * Yes or no: {@code true} or {@code false}.
     *
     * @param name attribute name in snake_case
     * @param initial the default
     * @return the setting
     */
    public static Setting<Boolean> flag(String name, boolean initial) {
        return create(name, "flag", Boolean.class, initial, Setting::parseFlag, String::valueOf);
    }

    /**
     * Any text.
     *
     * @param name attribute name in snake_case
     * @param initial the default, null for none
     * @return the setting
     */
    public static Setting<String> text(String name, String initial) {
        return create(name, "text", String.class, initial, String::trim, text -> text);
    }

    /**
     * A text that nobody should read, such as a passcode. It has no default, and its {@link #format} hides it: so do
     * descriptions, diagnoses and messages.
     *
     * @param name attribute name in snake_case
     * @return the setting
     */
    public static Setting<String> secret(String name) {
        return create(name, "secret", String.class, null, String::trim, text -> HIDDEN);
    }

    /**
     * One of the constants of an enum, in any case.
     *
     * @param <E> the enum
     * @param name attribute name in snake_case
     * @param initial the default
     * @return the setting
     */
    public static <E extends Enum<E>> Setting<E> choice(String name, E initial) {
        Class<E> type = initial.getDeclaringClass();
        return create(name, "choice", type, initial, text -> parseChoice(type, text),
                value -> value.name().toLowerCase(Locale.ROOT));
    }

    /**
     * Contact points {@code host1[7800],host2[7801]}.
     *
     * @param name attribute name in snake_case
     * @param initial the default in the same notation, empty for none
     * @return the setting
     */
    public static Setting<List<HostPort>> hosts(String name, String initial) {
        return create(name, "hosts", List.class, HostPort.list(initial), HostPort::list,
                list -> list.stream().map(HostPort::toString).collect(Collectors.joining(",")));
    }

    private static <N> N number(String text, String expected, Function<String, N> parser) {
        try {
            return parser.apply(text.trim());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not " + expected, e);
        }
    }

    private static Double parseDecimal(String text) {
        Double value = number(text, "a number", Double::valueOf);
        if (value.isNaN() || value.isInfinite()) {
            throw new IllegalArgumentException("'" + text + "' is not a finite number");
        }
        return value;
    }

    private static Boolean parseFlag(String text) {
        return switch (text.trim().toLowerCase(Locale.ROOT)) {
            case "true" -> Boolean.TRUE;
            case "false" -> Boolean.FALSE;
            default -> throw new IllegalArgumentException("'" + text + "' is neither true nor false");
        };
    }

    private static <E extends Enum<E>> E parseChoice(Class<E> type, String text) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(text.trim())) {
                return constant;
            }
        }
        throw new IllegalArgumentException("'" + text + "' is none of "
                + Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT));
    }

    /**
     * Demand more than zero.
     *
     * @return the refined setting
     */
    public Setting<T> positive() {
        return range(zero(), true, draft.most);
    }

    /**
     * Demand at least a value.
     *
     * @param least smallest value allowed
     * @return the refined setting
     */
    public Setting<T> atLeast(T least) {
        return range(comparable(least), false, draft.most);
    }

    /**
     * Demand at most a value.
     *
     * @param most largest value allowed
     * @return the refined setting
     */
    public Setting<T> atMost(T most) {
        return range(draft.least, draft.leastIsExcluded, comparable(most));
    }

    /**
     * Say what the setting means, unit included where the type does not tell.
     *
     * @param meaning half a sentence, without a full stop
     * @return the refined setting
     */
    public Setting<T> says(String meaning) {
        return with(draft.aliases, meaning, draft.source, draft.why, draft.inert, draft.reaching);
    }

    /**
     * Accept another name as well.
     *
     * @param alias a second attribute name
     * @return the refined setting
     */
    public Setting<T> alias(String alias) {
        List<String> aliases = new ArrayList<>(draft.aliases);
        aliases.add(alias);
        return with(List.copyOf(aliases), draft.says, draft.source, draft.why, draft.inert, draft.reaching);
    }

    /**
     * Say that the document this protocol follows has another default, and why ours differs.
     *
     * @param source its default, as text
     * @param why the reason for ours
     * @return the refined setting
     */
    public Setting<T> insteadOf(String source, String why) {
        return with(draft.aliases, draft.says, source, why, draft.inert, draft.reaching);
    }

    /**
     * Accept the setting for compatibility only.
     *
     * @param reason why it has no effect in this design
     * @return the refined setting
     */
    public Setting<T> withoutEffect(String reason) {
        return with(draft.aliases, draft.says, draft.source, draft.why, reason, false);
    }

    /**
     * Say that the value decides where a protocol binds, connects or sends to: addresses and hosts as text or as contact
     * points, or a flag that means every interface. What leads beyond loopback without credentials is warned of before the
     * stack runs, and refused when it does.
     *
     * @return the refined setting
     */
    public Setting<T> reaching() {
        return with(draft.aliases, draft.says, draft.source, draft.why, draft.inert, true);
    }

    private Setting<T> range(Comparable<Object> least, boolean excluded, Comparable<Object> most) {
        return new Setting<>(new Draft<>(draft.name, draft.kind, draft.type, draft.initial, draft.parser,
                draft.formatter, least, excluded, most, draft.aliases, draft.says, draft.source, draft.why, draft.inert,
                draft.reaching));
    }

    private Setting<T> with(List<String> aliases, String says, String source, String why, String inert, boolean reaching) {
        return new Setting<>(new Draft<>(draft.name, draft.kind, draft.type, draft.initial, draft.parser,
                draft.formatter, draft.least, draft.leastIsExcluded, draft.most, aliases, says, source, why, inert, reaching));
    }

    private Comparable<Object> zero() {
        Object zero = draft.type == Duration.class || draft.type == List.class ? Duration.ZERO
                : draft.type == Long.class ? (Object) 0L
                : draft.type == Integer.class ? (Object) 0 : (Object) 0.0;
        return comparable(zero);
    }

    @SuppressWarnings("unchecked")
    private Comparable<Object> comparable(Object value) {
        return (Comparable<Object>) value;
    }

    /**
     * Read a value and check it.
     *
     * @param text the value as text
     * @return the value
     * @throws IllegalArgumentException saying what was and what was expected
     */
    public T parse(String text) {
        T value;
        try {
            value = draft.parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(draft.name + "=" + e.getMessage(), e);
        }
        check(value);
        return value;
    }

    /**
     * Check type and range of a value that came from code.
     *
     * @param value the value
     * @return the value
     * @throws IllegalArgumentException saying what was and what was expected
     */
    @SuppressWarnings("unchecked")
    public T accept(Object value) {
        if (value instanceof String text && draft.type != String.class) {
            return parse(text);
        }
        if (!draft.type.isInstance(value)) {
            throw new IllegalArgumentException(draft.name + "=" + value + " is a "
                    + (value == null ? "null" : value.getClass().getSimpleName()) + ", expected a "
                    + draft.type.getSimpleName());
        }
        check((T) value);
        return (T) value;
    }

    private void check(T value) {
        boolean fits = value instanceof List<?> list ? draft.least == null || list.stream().allMatch(this::isInRange)
                : isInRange(value);
        if (!fits) {
            throw new IllegalArgumentException(draft.name + "=" + draft.formatter.apply(value) + " must be "
                    + rangeText().orElse(""));
        }
    }

    private boolean isInRange(Object value) {
        int toLeast = draft.least == null ? 1 : -draft.least.compareTo(value);
        return toLeast >= (draft.leastIsExcluded ? 1 : 0) && (draft.most == null || draft.most.compareTo(value) >= 0);
    }

    /**
     * The attribute name.
     *
     * @return snake_case
     */
    public String name() {
        return draft.name;
    }

    /**
     * Further names that are accepted.
     *
     * @return possibly empty
     */
    public List<String> aliases() {
        return draft.aliases;
    }

    /**
     * The default.
     *
     * @return empty if the setting has none
     */
    public Optional<T> initial() {
        return Optional.ofNullable(draft.initial);
    }

    /**
     * The kind of value: time, times, bytes, integer, decimal, flag, text, secret, choice or hosts.
     *
     * @return one word
     */
    public String kind() {
        return draft.kind;
    }

    /**
     * The constants of a choice.
     *
     * @return lower-case words, empty for other kinds
     */
    public List<String> choices() {
        Object[] constants = draft.type.getEnumConstants();
        return constants == null ? List.of()
                : Arrays.stream(constants).map(c -> c.toString().toLowerCase(Locale.ROOT)).toList();
    }

    /**
     * What the setting means.
     *
     * @return half a sentence
     */
    public String meaning() {
        return draft.says;
    }

    /**
     * The default of the document that the protocol follows, where ours differs.
     *
     * @return as text
     */
    public Optional<String> source() {
        return Optional.ofNullable(draft.source);
    }

    /**
     * Why our default differs from the source's.
     *
     * @return half a sentence
     */
    public Optional<String> why() {
        return Optional.ofNullable(draft.why);
    }

    /**
     * Why the setting has no effect.
     *
     * @return empty for settings that have one
     */
    public Optional<String> inert() {
        return Optional.ofNullable(draft.inert);
    }

    /**
     * Whether the value decides where a protocol binds, connects or sends to.
     *
     * @return true for settings that are {@link #reaching}
     */
    public boolean isReaching() {
        return draft.reaching;
    }

    /**
     * The range of values in words.
     *
     * @return empty if there is no limit
     */
    public Optional<String> rangeText() {
        String least = least().map(value -> (draft.leastIsExcluded ? "more than " : "at least ") + value).orElse("");
        String most = most().map(value -> "at most " + value).orElse("");
        return Optional.of(least.isEmpty() || most.isEmpty() ? least + most : least + " and " + most)
                .filter(text -> !text.isEmpty());
    }

    /**
     * The lower end of the range, of each value of a list.
     *
     * @return as {@link #parse} reads it, empty if there is none
     */
    public Optional<String> least() {
        return Optional.ofNullable(draft.least).map(this::show);
    }

    /**
     * Whether {@link #least} itself is too little.
     *
     * @return true for settings that are {@link #positive}
     */
    public boolean leastIsExcluded() {
        return draft.leastIsExcluded;
    }

    /**
     * The largest value allowed.
     *
     * @return as {@link #parse} reads it, empty if there is none
     */
    public Optional<String> most() {
        return Optional.ofNullable(draft.most).map(this::show);
    }

    @SuppressWarnings("unchecked")
    private String show(Object bound) {
        return draft.type == List.class ? Quantity.format((Duration) bound) : draft.formatter.apply((T) bound);
    }

    /**
     * Write a value as {@link #parse} reads it; a secret as asterisks.
     *
     * @param value a value, null for none
     * @return its text, empty for none
     */
    public String format(T value) {
        return value == null ? "" : draft.formatter.apply(value);
    }

    @Override
    public String toString() {
        return draft.name;
    }
}
