package dev.muster.fuzzing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.spi.MalformedException;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.fuzz.Mutator;
import org.junit.jupiter.api.Test;

/**
 * Packets that can be read but make no sense: what is decoded reaches the protocols, as if members or strangers had sent
 * it. Without a key nobody can tell a forgery, so it may confuse a group; but no protocol may fail, run for ever, or take
 * memory for numbers that somebody else made up.
 */
class ForgedPacketsTest {

    private static final int LONGEST = 2_000;
    private static final int PACKETS_PER_LIFE = 200;
    /** A life of the protocol may begin with an input, and its answers are recorded. */
    private static final long PACKET_BYTES = 300_000;
    private static final long BYTES_PER_BYTE = 400;
    private static final int FLOOD = 200_000;
    /** On average, of packets of some hundred bytes: what is bounded has its bound by half of the flood. */
    private static final long KEPT_PER_PACKET = 100;

    @Test
    void noProtocolFailsOnAPacketThatMakesNoSense() {
        Campaigns campaigns = new Campaigns();
        for (ProtocolProvider provider : Material.withHeaders()) {
            campaigns.add(() -> campaign(provider));
        }
        campaigns.run();
    }

    private static Campaign.Report campaign(ProtocolProvider provider) {
        Victim victim = new Victim(provider, PACKETS_PER_LIFE);
        return Campaign.of(provider.type() + " forged", victim::take).refusingWith(MalformedException.class)
                .allocatingAtMost(PACKET_BYTES, BYTES_PER_BYTE)
                .run(new Mutator(Sizes.SEED, victim.samples(), LONGEST), Sizes.INPUTS / 4, Sizes.LIMIT);
    }

    /**
     * What is sent in the name of ever new strangers, and of members, for half an hour: a protocol may keep some of it, but
     * not more and more.
     */
    @Test
    void noProtocolKeepsMoreAndMoreOfWhatForgersSend() {
        for (ProtocolProvider provider : Material.withHeaders()) {
            Victim victim = new Victim(provider, Integer.MAX_VALUE).amongStrangers();
            Mutator mutator = new Mutator(Sizes.SEED, victim.samples(), LONGEST);
            victim.take(mutator, FLOOD / 2);
            long before = usedBytes();
            victim.take(mutator, FLOOD);
            long kept = usedBytes() - before;
            System.out.printf("fuzzing: %-30s keeps %,d bytes more after %,d forged packets%n", provider.type(), kept, FLOOD);
            assertThat(kept).as("%s keeps what forgers send", provider.type()).isLessThan(FLOOD * KEPT_PER_PACKET);
            victim.clear();
        }
    }

    private static long usedBytes() {
        System.gc();
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
