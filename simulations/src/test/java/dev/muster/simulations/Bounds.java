package dev.muster.simulations;

import dev.muster.api.StackBuilder;
import dev.muster.api.StackDefinition;
import java.time.Duration;
import java.util.Map;

/**
 * How long the shipped stack may take to be in one view again once faults have ceased, from its own settings.
 *
 * <pre>
 * detection  = FD_ALL.timeout + FD_ALL.interval + VERIFY_SUSPECT.timeout      whoever died last is noticed
 * round      = GMS.prepare_timeout + GMS.fill_timeout                         one view, waiting for the slowest
 * rejoin     = TCPPING.timeout + GMS.join_timeout + GMS.join_retry_timeout    a newcomer asks somebody who has just gone
 * merge      = MERGE2.max_interval + TCPPING.timeout + GMS.merge_timeout      parts find each other
 *
 * stabilised = max(detection + round, rejoin) + merge + round
 * </pre>
 */
final class Bounds {

    static final Duration STABILISED_AFTER = stabilised(StackBuilder.named("default", Map.of()).definition());

    private Bounds() {}

    static Duration stabilised(StackDefinition stack) {
        Duration detection = setting(stack, "FD_ALL", "timeout").plus(setting(stack, "FD_ALL", "interval"))
                .plus(setting(stack, "VERIFY_SUSPECT", "timeout"));
        Duration round = setting(stack, "GMS", "prepare_timeout").plus(setting(stack, "GMS", "fill_timeout"));
        Duration rejoin = setting(stack, "TCPPING", "timeout").plus(setting(stack, "GMS", "join_timeout"))
                .plus(setting(stack, "GMS", "join_retry_timeout"));
        Duration merge = setting(stack, "MERGE2", "max_interval").plus(setting(stack, "TCPPING", "timeout"))
                .plus(setting(stack, "GMS", "merge_timeout"));
        Duration before = detection.plus(round);
        return (before.compareTo(rejoin) > 0 ? before : rejoin).plus(merge).plus(round);
    }

    private static Duration setting(StackDefinition stack, String protocol, String name) {
        return stack.layers().stream().filter(layer -> layer.protocol().endsWith(protocol))
                .flatMap(layer -> layer.assignments().stream()).filter(assignment -> assignment.name().equals(name))
                .map(assignment -> duration(String.valueOf(assignment.value()))).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the stack has no " + protocol + "." + name));
    }

    private static Duration duration(String text) {
        return text.endsWith("ms") ? Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)))
                : Duration.ofSeconds(Long.parseLong(text.substring(0, text.length() - 1)));
    }
}
