package dev.muster.protocols.reliability;

import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.spi.ProtocolProvider.Problems;
import java.util.List;

/**
 * The settings of flow control. FC, MFC and UFC have the same ones, but each its own constants, so that a stack with two of
 * them says which it means.
 *
 * @param maxCredits bytes that may be under way or unconsumed
 * @param minCredits when to give back, in bytes
 * @param minThreshold when to give back, as a share
 * @param ignoreSynchronousResponse accepted for compatibility
 */
record CreditSettings(Setting<Long> maxCredits, Setting<Long> minCredits, Setting<Double> minThreshold,
        Setting<Boolean> ignoreSynchronousResponse) {

    /**
     * Declare the settings of one protocol.
     *
     * @param data which data it controls, such as {@code for group data}
     */
    static CreditSettings declare(String data) {
        return new CreditSettings(
                Setting.bytes("max_credits", 2_000_000).atLeast(1_000L)
                        .says("bytes that a member may send to each receiver beyond what that has consumed, " + data
                                + "; over UDP less while many send, for all that is under way has to fit the receive buffer"),
                Setting.bytes("min_credits", 0).atLeast(0L)
                        .says("a receiver gives credit back when the sender has no more than this left; in effect only if "
                                + "min_threshold is not set"),
                Setting.decimal("min_threshold", 0.5).atLeast(0.0).atMost(0.95)
                        .says("a receiver gives credit back when the sender has no more than this share of max_credits left; "
                                + "goes before min_credits")
                        .insteadOf("0.1", "the sender then never waits for credit that is under way, at one small packet per "
                                + "megabyte"),
                Setting.flag("ignore_synchronous_response", true).says("a thread that is delivering never waits for credit")
                        .withoutEffect("that is always so: a callback that sends is refused rather than blocked"));
    }

    List<Setting<?>> all() {
        return List.of(maxCredits, minCredits, minThreshold, ignoreSynchronousResponse);
    }

    /** Most bytes under way or unconsumed per receiver. */
    long most(Settings settings) {
        return settings.get(maxCredits);
    }

    /** A receiver tells after it has consumed so many bytes. */
    long quantum(Settings settings) {
        return Math.max(1, most(settings) - least(settings));
    }

    /** Credit at which a sender gets more. */
    private long least(Settings settings) {
        boolean bytes = settings.isSet(minCredits) && !settings.isSet(minThreshold);
        return bytes ? settings.get(minCredits) : (long) (most(settings) * settings.get(minThreshold));
    }

    void validate(Settings settings, Problems problems) {
        long heap = Runtime.getRuntime().maxMemory();
        if (most(settings) > heap) {
            problems.report("max_credits=" + settings.text(maxCredits) + " must not exceed the heap of " + heap
                    + " bytes; lower max_credits or raise -Xmx");
        }
        if (least(settings) >= most(settings)) {
            problems.report("min_credits=" + settings.text(minCredits) + " must be less than max_credits="
                    + settings.text(maxCredits) + "; lower min_credits");
        }
    }
}
