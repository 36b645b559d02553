package dev.muster.protocols.membership;

import dev.muster.api.Setting;
import dev.muster.api.Settings;
import java.time.Duration;
import java.util.List;

/**
 * The values that the parts of {@link GroupMembership} work with; times in nanoseconds.
 *
 * @param joinTimeout how long a newcomer waits to be let in
 * @param joinRetryTimeout then, before it searches again
 * @param leaveTimeout how long a leaver waits to be let go
 * @param printLocalAddress log this member's address
 * @param shun disconnect when removed by others
 * @param disableInitialCoordinator never found a group
 * @param viewBundling collect changes
 * @param bundlingTime how long things must be quiet
 * @param mergeTimeout how long to wait for other coordinators' views
 * @param prepareTimeout how long a proposer waits for promises
 * @param fillTimeout how long a proposer waits for members to fill up
 */
record MembershipSettings(long joinTimeout, long joinRetryTimeout, long leaveTimeout, boolean printLocalAddress,
        boolean shun, boolean disableInitialCoordinator, boolean viewBundling, long bundlingTime, long mergeTimeout,
        long prepareTimeout, long fillTimeout) {

    static final Setting<Duration> JOIN_TIMEOUT = Setting.duration("join_timeout", Duration.ofSeconds(3)).positive()
            .says("how long a newcomer waits for the coordinator to let it in");

    static final Setting<Duration> JOIN_RETRY_TIMEOUT =
            Setting.duration("join_retry_timeout", Duration.ofSeconds(2)).positive()
                    .says("how long a newcomer that was not let in waits before it searches again");

    static final Setting<Duration> LEAVE_TIMEOUT = Setting.duration("leave_timeout", Duration.ofSeconds(5)).positive()
            .says("how long a member that leaves waits until the others have all it sent");

    static final Setting<Boolean> PRINT_LOCAL_ADDR = Setting.flag("print_local_addr", true)
            .says("log this member's address and where it can be reached");

    static final Setting<Boolean> SHUN = Setting.flag("shun", false)
            .says("true: a member that the others have removed sends nothing more until it is connected again, by discovery "
                    + "and, if wished, with the state; false: it goes on by itself until merged");

    static final Setting<Boolean> DISABLE_INITIAL_COORD = Setting.flag("disable_initial_coord", false)
            .says("true: never found a group, only join one");

    static final Setting<Boolean> VIEW_BUNDLING = Setting.flag("view_bundling", true)
            .says("collect joins and leaves that come close together into one view; deaths never wait");

    static final Setting<Duration> BUNDLING_TIME = Setting.duration("bundling_time", Duration.ofMillis(10)).positive()
            .says("view_bundling: a view is begun when nothing more has come for this long, shortly after another view for "
                    + "ten times this; at last after twenty times this");

    static final Setting<Duration> MERGE_TIMEOUT = Setting.duration("merge_timeout", Duration.ofSeconds(2)).positive()
            .says("how long the leader of a merge waits for the other coordinators to tell their views");

    static final Setting<Duration> PREPARE_TIMEOUT = Setting.duration("prepare_timeout", Duration.ofSeconds(2)).positive()
            .says("a member that has not answered a proposed view by then is left out of it; so the longest time that a "
                    + "silent member which is not yet suspected holds up sending");

    static final Setting<Duration> FILL_TIMEOUT = Setting.duration("fill_timeout", Duration.ofSeconds(10)).positive()
            .says("a member that has not fetched what it lacks of the old view by then is left out of the new one");

    /** All of them, as documented. */
    static final List<Setting<?>> ALL = List.of(JOIN_TIMEOUT, JOIN_RETRY_TIMEOUT, LEAVE_TIMEOUT, PRINT_LOCAL_ADDR, SHUN,
            DISABLE_INITIAL_COORD, VIEW_BUNDLING, BUNDLING_TIME, MERGE_TIMEOUT, PREPARE_TIMEOUT, FILL_TIMEOUT);

    static MembershipSettings of(Settings settings) {
        return new MembershipSettings(settings.get(JOIN_TIMEOUT).toNanos(), settings.get(JOIN_RETRY_TIMEOUT).toNanos(),
                settings.get(LEAVE_TIMEOUT).toNanos(), settings.get(PRINT_LOCAL_ADDR), settings.get(SHUN),
                settings.get(DISABLE_INITIAL_COORD), settings.get(VIEW_BUNDLING), settings.get(BUNDLING_TIME).toNanos(),
                settings.get(MERGE_TIMEOUT).toNanos(), settings.get(PREPARE_TIMEOUT).toNanos(),
                settings.get(FILL_TIMEOUT).toNanos());
    }

    /** Least gap between two steps of a round at a participant, if the proposer is alive. */
    long patience() {
        return fillTimeout + 2 * prepareTimeout;
    }
}
