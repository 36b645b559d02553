package dev.muster.interop;

/** What a group with two routers must survive. */
final class Failover {

    private Failover() {}

    /** One dies, the group works through the other one; it is back, the other dies; somebody joins; all without duplicates. */
    static void check(RestartableRouter one, RestartableRouter other, Group.Joining joining) throws Exception {
        try (Group group = new Group(joining)) {
            one.awaitRegistered(3);
            other.awaitRegistered(3);
            group.mustWork();
            one.stop();
            group.mustWork();
            one.startAgain();
            one.awaitRegistered(3);
            group.mustWork();
            other.stop();
            group.mustWork();
            group.growBy(joining);
            group.mustWork();
            other.startAgain();
            other.awaitRegistered(4);
            group.mustWork();
        }
    }
}
