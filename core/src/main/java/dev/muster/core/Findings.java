package dev.muster.core;

import dev.muster.api.ConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a check of a stack brings to light. For one check; not for concurrent use. */
final class Findings {

    private final List<String> problems = new ArrayList<>();
    private final List<Remark> remarks = new ArrayList<>();
    private boolean lenient;

    /** What is not known is passed over from now on, with a warning. */
    void becomeLenient() {
        lenient = true;
    }

    /** Something that keeps the stack from being built: where, what was, what was expected, remedy. */
    void problem(String text) {
        problems.add(text);
    }

    /**
     * A name that nobody here knows: a problem, or a warning in a lenient stack.
     *
     * @param what where and what, ending with "is unknown"
     * @param nearest what was probably meant
     * @param known what there is instead
     */
    void unknown(String what, Optional<String> nearest, String known) {
        if (lenient) {
            remarks.add(Remark.warning(what + nearest.map(name -> " (did you mean " + name + "?)").orElse("")
                    + " and has no effect, for the stack is lenient"));
        } else {
            problems.add(what + nearest.map(name -> "; did you mean " + name + "?").orElse(";") + " " + known);
        }
    }

    /** Something that has no effect, or another than one might think. */
    void explain(String text) {
        remarks.add(Remark.explanation(text));
    }

    /** Something that may not work, or not be wanted. */
    void warn(String text) {
        remarks.add(Remark.warning(text));
    }

    int problems() {
        return problems.size();
    }

    List<Remark> remarks() {
        return List.copyOf(remarks);
    }

    /** End the check. */
    void refuseProblems() {
        if (!problems.isEmpty()) {
            throw new ConfigurationException(String.join("\n", problems));
        }
    }
}
