package dev.muster.it.processes;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * What happens to processes in a round. Each strikes a group in which all send at full rate, waits for what must come of it,
 * and leaves as many processes running as before; that all of them come into one view is for the caller to see.
 */
enum ProcessFault {

    /** One is killed; when it is out, a new life takes its port. */
    KILLED {
        @Override
        List<MemberProcess> strike(Strike strike) throws IOException {
            return strike.killAndReplace(1);
        }
    },

    /** Two are killed in the same moment. */
    TWO_KILLED {
        @Override
        List<MemberProcess> strike(Strike strike) throws IOException {
            return strike.killAndReplace(2);
        }
    },

    /** One is killed, and a new life takes its port before anybody can have noticed. */
    REBORN {
        @Override
        List<MemberProcess> strike(Strike strike) throws IOException {
            List<MemberProcess> victims = strike.draw(1);
            strike.group().kill(victims.get(0));
            strike.group().startAgain(victims.get(0));
            return victims;
        }
    },

    /** One is killed while another stands still, for less than it takes to be suspected. */
    KILLED_BESIDE_A_PAUSE {
        @Override
        List<MemberProcess> strike(Strike strike) throws IOException {
            return strike.killBesideAPause();
        }
    },

    /** One stands still for less than it takes to be suspected: nobody notices. */
    PAUSED_SHORTLY {
        @Override
        List<MemberProcess> strike(Strike strike) throws IOException {
            Duration pause = strike.shortPause();
            strike.draw(1).get(0).standStill(() -> strike.group().keepsItsViewFor(pause));
            return List.of();
        }
    },

    /** One stands still until what is sent to it fills the sockets and everybody has to wait for it. */
    SOCKETS_FULL {
        @Override
        List<MemberProcess> strike(Strike strike) throws IOException {
            strike.fillSockets();
            return List.of();
        }
    },

    /** The application of one takes nothing for longer than it takes to be suspected: it lives, so it stays. */
    RECEIVER_BLOCKED {
        @Override
        List<MemberProcess> strike(Strike strike) {
            strike.blockReceiver();
            return List.of();
        }
    },

    /** One stands still until the others go on without it, and then comes back. */
    PAUSED_LONG {
        @Override
        List<MemberProcess> strike(Strike strike) throws IOException {
            return strike.pauseUntilRemoved(1);
        }
    },

    /** Two stand still until the others go on without them, and then come back. */
    TWO_PAUSED_LONG {
        @Override
        List<MemberProcess> strike(Strike strike) throws IOException {
            return strike.pauseUntilRemoved(2);
        }
    };

    /**
     * Do it.
     *
     * @param strike where, and by which dice
     * @return those whom others may have removed for it
     */
    abstract List<MemberProcess> strike(Strike strike) throws IOException;
}
