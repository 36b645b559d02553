package dev.muster.it.processes;

import java.io.IOException;
import java.util.List;

/**
 * What happens to processes in a round. Each strikes a group in which all send at full rate, waits for what must come of it,
 * and leaves as many processes running as before; that all of them come into one view is for the caller to see.
 */
enum ProcessFault {

    /** One is killed; when it is out, a new life takes its port. */
    KILLED(strike -> strike.killAndReplace(1)),

    /** Two are killed in the same moment. */
    TWO_KILLED(strike -> strike.killAndReplace(2)),

    /** One is killed, and a new life takes its port before anybody can have noticed. */
    REBORN(Strike::killAndReplaceAtOnce),

    /** One is killed while another stands still, for less than it takes to be suspected. */
    KILLED_BESIDE_A_PAUSE(Strike::killBesideAPause),

    /** One stands still for less than it takes to be suspected: nobody notices. */
    PAUSED_SHORTLY(Strike::pauseShortly),

    /** One stands still until what is sent to it fills the sockets and everybody has to wait for it. */
    SOCKETS_FULL(Strike::fillSockets),

    /** The application of one takes nothing for longer than it takes to be suspected: it lives, so it stays. */
    RECEIVER_BLOCKED(Strike::blockReceiver),

    /** One stands still until the others go on without it, and then comes back. */
    PAUSED_LONG(strike -> strike.pauseUntilRemoved(1)),

    /** Two stand still until the others go on without them, and then come back. */
    TWO_PAUSED_LONG(strike -> strike.pauseUntilRemoved(2));

    private interface Deed {
        List<MemberProcess> on(Strike strike) throws IOException;
    }

    private final Deed deed;

    ProcessFault(Deed deed) {
        this.deed = deed;
    }

    /**
     * Do it.
     *
     * @param strike where, and by which dice
     * @return those whom others may have removed for it
     */
    List<MemberProcess> strike(Strike strike) throws IOException {
        return deed.on(strike);
    }
}
