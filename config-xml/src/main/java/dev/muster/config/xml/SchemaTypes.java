package dev.muster.config.xml;

import dev.muster.api.Setting;
import java.util.List;
import java.util.Locale;

/**
 * The types of attributes in {@link StackSchema}: what XSD can say of the values that a {@link Setting} takes. Each allows
 * {@code ${…}} in the place of a value, or within it.
 */
final class SchemaTypes {

    /** The type of what a property will be put into, in any element that takes types. */
    static final String EXPRESSION = restriction("xs:string", facet("pattern", ".*\\$\\{.*\\}.*"), " name=\"expression\"");

    private static final String NUMBER = "([0-9]+(\\.[0-9]*)?|\\.[0-9]+)";
    private static final String TIME_UNIT = " ?([dhms]|[mun]s)?";
    private static final String SIZE_UNIT = " ?([kmg]i?b?|b)?";
    private static final String HOST = "[^,\\[\\]]+\\[ ?[0-9]{1,5} ?\\] ?";

    private SchemaTypes() {}

    /** A declaration that an attribute's declaration holds; of text XSD has nothing to say. */
    static String of(Setting<?> setting) {
        String number = (isNeverNegative(setting) ? "\\+?" : "[+\\-]?") + NUMBER;
        return switch (setting.kind()) {
            case "time" -> either(matching(setting, number + inAnyCase(TIME_UNIT)));
            case "times" -> either(matching(setting, list(number + inAnyCase(TIME_UNIT))));
            case "bytes" -> either(matching(setting, number + inAnyCase(SIZE_UNIT)));
            case "hosts" -> either(restriction("xs:token", facet("pattern", "(" + list(HOST) + ",?)?"), ""));
            case "integer" -> either(restriction("xs:integer", range(setting), ""));
            case "decimal" -> either(restriction("xs:double", range(setting), ""));
            case "flag" -> either(words(List.of("true", "false")));
            case "choice" -> either(words(setting.choices()));
            default -> restriction("xs:string", "", "");
        };
    }

    private static boolean isNeverNegative(Setting<?> setting) {
        return setting.least().filter(least -> !least.startsWith("-")).isPresent();
    }

    /** A pattern; and, in a second step for XSD has no "and", that something in it is more than nothing. */
    private static String matching(Setting<?> setting, String pattern) {
        String matching = restriction("xs:token", facet("pattern", pattern), "");
        return setting.leastIsExcluded() ? "<xs:simpleType><xs:restriction>" + matching + facet("pattern", ".*[1-9].*")
                + "</xs:restriction></xs:simpleType>" : matching;
    }

    /** Words as an editor offers them, and as the reader takes them: in any case. */
    private static String words(List<String> words) {
        StringBuilder enumeration = new StringBuilder();
        words.forEach(word -> enumeration.append(facet("enumeration", word)));
        return restriction("xs:token", enumeration.toString(), "")
                + restriction("xs:token", facet("pattern", inAnyCase(String.join("|", words))), "");
    }

    private static String range(Setting<?> setting) {
        String least = setting.leastIsExcluded() ? "minExclusive" : "minInclusive";
        return setting.least().map(value -> facet(least, value)).orElse("")
                + setting.most().map(value -> facet("maxInclusive", value)).orElse("");
    }

    private static String list(String item) {
        return item + "( ?, ?" + item + ")*";
    }

    private static String either(String types) {
        return "<xs:simpleType><xs:union memberTypes=\"expression\">" + types + "</xs:union></xs:simpleType>";
    }

    private static String restriction(String base, String facets, String name) {
        return "<xs:simpleType" + name + "><xs:restriction base=\"" + base + "\">" + facets
                + "</xs:restriction></xs:simpleType>";
    }

    private static String facet(String kind, String value) {
        return "<xs:" + kind + " value=\"" + StackSchema.escaped(value) + "\"/>";
    }

    /** A pattern that also matches upper case; it may hold sets, but no escapes of letters. */
    private static String inAnyCase(String pattern) {
        StringBuilder result = new StringBuilder();
        boolean set = false;
        for (char character : pattern.toCharArray()) {
            set = character == '[' || set && character != ']';
            String both = character + String.valueOf(character).toUpperCase(Locale.ROOT);
            result.append(!Character.isLowerCase(character) ? String.valueOf(character) : set ? both : "[" + both + "]");
        }
        return result.toString();
    }
}
