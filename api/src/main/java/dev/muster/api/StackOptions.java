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

    /** All of them. */
    public static final List<Setting<?>> ALL = List.of(INSECURE);

    private StackOptions() {}
}
