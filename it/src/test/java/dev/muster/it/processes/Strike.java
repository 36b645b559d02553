package dev.muster.it.processes;

import dev.muster.it.Patience;
import dev.muster.it.ToldView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * How faults strike a group.
 *
 * @param group all of it sends
 * @param random decides whom, and how long
 * @param figures told how long things took
 */
record Strike(ProcessGroup group, Random random, Figures figures) {

    /** The shortest silence that default.xml takes for a suspicion is 2.7 s. */
    private static final int LONGEST_SHORT_PAUSE_MILLIS = 2_000;

    /** Longer than the 4.9 s in which default.xml removes who is silent. */
    private static final Duration BLOCKED = Duration.ofSeconds(6);

    private static final int MESSAGES_AFTER = 1_000;
    private static final Duration TO_STAND_STILL = Duration.ofMillis(200);

    /** Some that run, of any rank. */
    private List<MemberProcess> draw(int count) {
        List<MemberProcess> all = new ArrayList<>(group.running());
        Collections.shuffle(all, random);
        return all.subList(0, count);
    }

    private Duration shortPause() {
        return Duration.ofMillis(random.nextInt(100, LONGEST_SHORT_PAUSE_MILLIS));
    }

    List<MemberProcess> killAndReplace(int count) throws IOException {
        List<MemberProcess> victims = draw(count);
        long killed = ToldView.now();
        victims.forEach(group::kill);
        figures.took("kill -9 of " + count + " to the view at the last survivor", killed, group.awaitView(group.running()));
        group.awaitTalk(group.running());
        for (MemberProcess victim : victims) {
            group.startAgain(victim);
        }
        return victims;
    }

    List<MemberProcess> killAndReplaceAtOnce() throws IOException {
        MemberProcess victim = draw(1).get(0);
        group.kill(victim);
        group.startAgain(victim);
        return List.of(victim);
    }

    List<MemberProcess> pauseShortly() throws IOException {
        Duration pause = shortPause();
        draw(1).get(0).standStill(() -> group.keepsItsViewFor(pause));
        return List.of();
    }

    List<MemberProcess> killBesideAPause() throws IOException {
        List<MemberProcess> drawn = draw(2);
        String paused = drawn.get(1).name();
        Duration pause = shortPause();
        drawn.get(1).standStill(() -> {
            group.kill(drawn.get(0));
            Patience.never(pause, "a view without " + paused, () -> group.runningBut(drawn).stream()
                    .anyMatch(member -> !member.view().names().contains(paused)));
        });
        long resumed = ToldView.now();
        figures.took("SIGCONT of one to the view without another, killed meanwhile", resumed,
                group.awaitView(group.running()));
        group.startAgain(drawn.get(0));
        return drawn.subList(0, 1);
    }

    List<MemberProcess> pauseUntilRemoved(int count) throws IOException {
        List<MemberProcess> victims = draw(count);
        List<Suspension> pauses = new ArrayList<>();
        for (MemberProcess victim : victims) {
            pauses.add(victim.suspend());
        }
        long stopped = ToldView.now();
        figures.took("SIGSTOP of " + count + " to the view at the last of the others", stopped,
                group.awaitView(group.runningBut(victims)));
        group.awaitTalk(group.runningBut(victims));
        long resumed = ToldView.now();
        for (Suspension pause : pauses) {
            pause.close();
        }
        figures.took("SIGCONT of " + count + " to one view of all", resumed, group.awaitView(group.running()));
        return victims;
    }

    /** Full is full: bytes wait at the senders for a while, and all the time no more arrive. */
    List<MemberProcess> fillSockets() throws IOException {
        MemberProcess victim = draw(1).get(0);
        victim.standStill(() -> {
            SocketQueues[] full = new SocketQueues[1];
            Patience.await("full sockets towards " + victim, () -> {
                full[0] = towards(victim);
                group.keepsItsViewFor(TO_STAND_STILL);
                return full[0].unsent() > 0 && full[0].unread() == towards(victim).unread();
            });
            figures.counted("full sockets: bytes that a process which stands still has not read", full[0].unread());
            figures.counted("full sockets: bytes that wait at its senders", full[0].unsent());
        });
        group.awaitMessages(group.running(), MESSAGES_AFTER);
        return List.of();
    }

    private static SocketQueues towards(MemberProcess member) {
        try {
            return SocketQueues.towards(member.pid());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<MemberProcess> blockReceiver() {
        MemberProcess victim = draw(1).get(0);
        victim.order("block");
        Patience.await("a blocked receiver at " + victim, () -> victim.told("blocked", true));
        group.keepsItsViewFor(BLOCKED);
        victim.order("unblock");
        group.awaitMessages(group.running(), MESSAGES_AFTER);
        return List.of();
    }
}
