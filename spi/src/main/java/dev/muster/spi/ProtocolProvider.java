package dev.muster.spi;

import dev.muster.api.ProtocolType;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import java.util.List;
import java.util.Set;

/**
 * Publishes one kind of protocol. Found by {@link java.util.ServiceLoader}, so declare it in {@code module-info} and, for
 * the class path, in {@code META-INF/services}.
 *
 * <p>A public class with a public constructor without arguments that does no work. Two providers of one name are an
 * error.
 */
public interface ProtocolProvider {

    /**
     * The name. Names without a hyphen are Muster's.
     *
     * @return the type
     */
    ProtocolType type();

    /**
     * Further names, such as those a protocol of the same job has in other toolkits.
     *
     * @return possibly empty
     */
    default List<String> aliases() {
        return List.of();
    }

    /**
     * What the protocol is for.
     *
     * @return one sentence
     */
    String says();

    /**
     * What applications may rely on while the protocol is in their stack.
     *
     * @return half a sentence each, for the reference page
     */
    default List<String> promises() {
        return List.of();
    }

    /**
     * What applications may not rely on, although they might think so.
     *
     * @return half a sentence each, for the reference page
     */
    default List<String> doesNotPromise() {
        return List.of();
    }

    /**
     * What it counts, and figures that it tells when asked: every counter and gauge that the protocol ever makes. They are
     * there from the start, so that whoever watches sees zeroes, too.
     *
     * @return in the order in which they are documented
     */
    default List<Figure> figures() {
        return List.of();
    }

    /**
     * The settings, in the order in which they are documented.
     *
     * @return every setting that {@link #create} reads
     */
    default List<Setting<?>> settings() {
        return List.of();
    }

    /**
     * What the protocol does for others.
     *
     * @return possibly empty
     */
    default Set<Capability> provides() {
        return Set.of();
    }

    /**
     * What the protocol does for others when it is set so.
     *
     * @param settings of one layer, checked
     * @return {@link #provides()} unless settings make a difference
     */
    default Set<Capability> provides(Settings settings) {
        return provides();
    }

    /**
     * What must be in the stack below it.
     *
     * @return possibly empty
     */
    default Set<Capability> requiresBelow() {
        return Set.of();
    }

    /**
     * What must be in the stack above it.
     *
     * @return possibly empty
     */
    default Set<Capability> requiresAbove() {
        return Set.of();
    }

    /**
     * The headers it puts on packets.
     *
     * @return their codecs
     */
    default List<HeaderCodec<?>> headers() {
        return List.of();
    }

    /**
     * Check the settings of one layer against each other; single values are checked already.
     *
     * @param settings the settings
     * @param problems told what is wrong
     */
    default void validate(Settings settings, Problems problems) {}

    /**
     * Check settings against those of other layers. The stack is found to be possible by then, and every layer's settings
     * agree with each other.
     *
     * <pre>{@code
     * others.below(FlowControl.MAX_CREDITS).filter(credits -> credits.value() < size).ifPresent(credits ->
     *         problems.report("frag_size=" + size + " must not exceed " + credits + "; lower frag_size"));
     * }</pre>
     *
     * @param settings the settings
     * @param others the settings of the layers below and above
     * @param problems told what is wrong: what was, how it relates, what was expected, remedy
     */
    default void validate(Settings settings, OtherLayers others, Problems problems) {}

    /**
     * Look at what settings name on this machine, such as files, as the start of a stack would. For tools that tell whether a
     * stack would start here ({@code muster check}); a stack is assembled without it.
     *
     * @param settings checked
     * @param problems told what would keep the stack from starting: what was, what was expected, remedy
     * @param warnings told what would not, and should be mended all the same
     */
    default void inspect(Settings settings, Problems problems, Problems warnings) {}

    /**
     * Create the protocol for one life.
     *
     * @param settings checked
     * @return a new state machine
     */
    Protocol create(Settings settings);

    /** Collects what is wrong with a configuration. */
    @FunctionalInterface
    interface Problems {
        /**
         * Report a contradiction between settings: what was, how it relates, what was expected, remedy.
         *
         * @param message such as {@code timeout=1s must be longer than interval=2s; raise timeout}
         */
        void report(String message);
    }
}
