package dev.muster.security;

import dev.muster.spi.Counter;
import dev.muster.spi.Environment;
import java.net.InetSocketAddress;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what is dropped, and says so at most once a second. */
final class Refusals {

    /** Why something is dropped. */
    enum Reason {
        /** It is not what a holder of the key has sent: noise, a forgery, damage, or a stack without ENCRYPT. */
        UNAUTHENTICATED("is not authentic"),
        /** It names a key that this member does not have. */
        UNKNOWN_KEY("is sealed with a key that is not in the key file"),
        /** It has been received before, or is far older than what has. */
        REPLAYED("has been received before"),
        /** Somebody has connected and does not say what a holder of the key would say. */
        MUTE("did not finish the handshake in time");

        private final String says;

        Reason(String says) {
            this.says = says;
        }

        String counter() {
            return "dropped_" + name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
    private static final long BETWEEN_WARNINGS_NANOS = 1_000_000_000L;

    private final Environment environment;
    private final Object owner;
    private final Counter[] counters = new Counter[Reason.values().length];
    private boolean warned;
    private long warnedNanos;
    private long unsaid;

    Refusals(Environment environment, Object owner, Function<String, Counter> counting) {
        this.environment = environment;
        this.owner = owner;
        for (Reason reason : Reason.values()) {
            counters[reason.ordinal()] = counting.apply(reason.counter());
        }
    }

    /**
     * Count something that is dropped.
     *
     * @param from where it seems to come from
     * @return whether it was worth a line in the log
     */
    boolean drop(Reason reason, InetSocketAddress from) {
        counters[reason.ordinal()].increment();
        // a duplicate is what networks do
        if (reason == Reason.REPLAYED) {
            return false;
        }
        if (warned && environment.nowNanos() - warnedNanos < BETWEEN_WARNINGS_NANOS) {
            unsaid++;
            return false;
        }
        warned = true;
        warnedNanos = environment.nowNanos();
        LOG.warn("{}: dropped what came from {}, because it {}; {} more since the last warning; somebody there has another"
                + " key, no ENCRYPT in the stack, or no business here", owner, from, reason.says, unsaid);
        unsaid = 0;
        return true;
    }
}
