package dev.muster.api;

import java.util.List;

/**
 * Options of a whole stack: attributes of the root element in XML, {@link StackBuilder#option} in code. Another name is
 * refused, as that of a protocol's setting is.
 */
public final class StackOptions {

    /** Consent to a network that may listen and forge. */
    public static final Setting<Boolean> INSECURE = Setting.flag("insecure", false)
            .says("whether the stack may leave the loopback interface although nothing in it keeps secrets or proves who is "
                    + "who; the system property muster.insecure says so for all stacks that don't say themselves");

    /** Consent to names that nobody here knows. */
    public static final Setting<Compatibility> COMPATIBILITY = Setting.choice("compatibility", Compatibility.STRICT)
            .says("what becomes of unknown protocols, and of unknown settings of known ones: strict refuses the stack; lenient "
                    + "passes them over with a warning each, for stacks written for another toolkit");

    /** All of them. */
    public static final List<Setting<?>> ALL = List.of(INSECURE, COMPATIBILITY);

    private StackOptions() {}
}
