package dev.muster.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Flag;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class InboxTest {

    private final Fakes.ManualExecutor executor = new Fakes.ManualExecutor();
    private final List<String> record = new ArrayList<>();
    private final List<String> credits = new ArrayList<>();
    private final Inbox inbox = new Inbox(executor, executor, packet -> record.add(Fakes.text(packet)),
            (source, toGroup, bytes) -> credits.add(source + (toGroup ? " group " : " unicast ") + bytes));

    private static Packet oob(String text) {
        return Fakes.packet(Fakes.ANNA, text).withFlags(Flag.OOB.bit());
    }

    @Test
    void packetsOfOneSenderAreOneTaskThoseOfOthersTheirs() {
        inbox.accept(Fakes.packet(Fakes.ANNA, "a1"));
        inbox.accept(Fakes.packet(Fakes.BERT, "b1"));
        inbox.accept(Fakes.packet(Fakes.ANNA, "a2"));
        inbox.accept(oob("oob"));
        assertThat(executor.size()).isEqualTo(3);
        assertThat(inbox.size()).isEqualTo(4);

        executor.runAll();

        assertThat(record).containsExactly("a1", "a2", "b1", "oob");
        assertThat(inbox.size()).isZero();
    }

    @Test
    void orderedPacketsOfAllSendersAreOneTaskAndKeepTheirOrder() {
        inbox.accept(Fakes.packet(Fakes.ANNA, "a1").withFlags(Packet.ONE_LANE));
        inbox.accept(Fakes.packet(Fakes.BERT, "b1").withFlags(Packet.ONE_LANE));
        inbox.accept(Fakes.packet(Fakes.CARL, "beside"));
        inbox.accept(Fakes.packet(Fakes.ANNA, "a2").withFlags(Packet.ONE_LANE));
        inbox.accept(oob("oob").withFlags(Packet.ONE_LANE));
        assertThat(executor.size()).isEqualTo(3);

        executor.runAll();

        assertThat(record).containsExactly("a1", "b1", "a2", "beside", "oob");
        assertThat(credits).containsExactly("anna group 4", "bert group 2", "carl group 6", "anna group 3");
    }

    @Test
    void packetsThatComeTogetherGoWhereEachWouldHaveGoneAlone() {
        PacketBatch batch = new PacketBatch(4);
        batch.add(Fakes.packet(Fakes.ANNA, "a1"));
        batch.add(oob("oob"));
        batch.add(Fakes.packet(Fakes.BERT, "b1"));
        batch.add(Fakes.packet(Fakes.ANNA, "a2"));

        inbox.accept(batch);
        assertThat(executor.size()).isEqualTo(3);
        assertThat(inbox.waiting(false)).isEqualTo(3);
        assertThat(inbox.waiting(true)).isEqualTo(1);
        executor.runAll();

        assertThat(record).containsExactly("a1", "a2", "oob", "b1");
        assertThat(inbox.waiting(false)).isZero();
        assertThat(inbox.waiting(true)).isZero();
    }

    @Test
    void aPacketIsNextUnlessABarrierOrAnEarlierOneOfItsLaneComesBeforeIt() {
        Packet ofAnna = Fakes.packet(Fakes.ANNA, "a2");
        Packet inOneOrder = Fakes.packet(Fakes.ANNA, "o2").withFlags(Packet.ONE_LANE);
        assertThat(inbox.isNext(ofAnna)).isTrue();

        inbox.accept(Fakes.packet(Fakes.ANNA, "a1"));
        assertThat(inbox.isNext(ofAnna)).isFalse();
        assertThat(inbox.isNext(Fakes.packet(Fakes.BERT, "b1"))).isTrue();
        assertThat(inbox.isNext(inOneOrder)).isTrue();
        assertThat(inbox.isNext(oob("passes"))).isTrue();
        executor.runAll();
        assertThat(inbox.isNext(ofAnna)).isTrue();

        inbox.accept(Fakes.packet(Fakes.BERT, "o1").withFlags(Packet.ONE_LANE));
        assertThat(inbox.isNext(inOneOrder)).isFalse();
        inbox.accept((Inbox.Barrier) Runnable::run);
        assertThat(inbox.isNext(ofAnna)).isFalse();
        assertThat(inbox.isNext(oob("waits"))).isFalse();
        executor.runAll();
        assertThat(inbox.isNext(ofAnna)).isTrue();
        assertThat(inbox.isNext(inOneOrder)).isTrue();
    }

    @Test
    void creditIsGivenBackPerSenderAndKindAndExactlyOnce() {
        inbox.accept(Fakes.packet(Fakes.ANNA, "1234"));
        inbox.accept(Fakes.packet(Fakes.ANNA, "12"));
        inbox.accept(Packet.to(Fakes.CARL).withFlags(Packet.DATA).from(Fakes.ANNA, 1).withCredit(100));
        inbox.accept(oob("123"));
        inbox.accept(Packet.toGroup().from(Fakes.BERT, 1));

        executor.runAll();
        executor.runAll();

        assertThat(credits).containsExactlyInAnyOrder("anna group 6", "anna unicast 100", "anna group 3");
    }

    @Test
    void aLongLaneLetsOthersHaveTheThreadAndGivesCreditBackBetween() {
        for (int i = 0; i < 150; i++) {
            inbox.accept(Fakes.packet(Fakes.ANNA, "a"));
        }
        inbox.accept(Fakes.packet(Fakes.BERT, "b"));

        executor.runAll();

        assertThat(record).hasSize(151);
        assertThat(record.indexOf("b")).isEqualTo(64);
        assertThat(credits).containsExactly("anna group 64", "bert group 1", "anna group 64", "anna group 22");
    }

    @Test
    void muchCreditIsGivenBackAtOnceSoThatSendersDoNotRunDry() {
        for (int i = 0; i < 5; i++) {
            inbox.accept(Fakes.packet(Fakes.ANNA, "x").withCredit(100_000));
        }

        executor.runAll();

        assertThat(credits).containsExactly("anna group 300000", "anna group 200000");
    }

    @Test
    void aBarrierWaitsForAllBeforeItAndHoldsBackAllAfterIt() {
        AtomicReference<Runnable> done = new AtomicReference<>();
        inbox.accept(Fakes.packet(Fakes.ANNA, "a1"));
        inbox.accept(Fakes.packet(Fakes.BERT, "b1"));
        inbox.accept(next -> {
            record.add("barrier");
            done.set(next);
        });
        inbox.accept(Fakes.packet(Fakes.ANNA, "a2"));
        inbox.accept(oob("oob"));

        executor.runAll();
        assertThat(record).containsExactly("a1", "b1", "barrier");
        assertThat(inbox.size()).isEqualTo(2);

        done.get().run();
        done.get().run();
        executor.runAll();
        assertThat(record).containsExactly("a1", "b1", "barrier", "a2", "oob");
    }

    @Test
    void barriersInARowRunOneAfterTheOther() {
        inbox.accept(done -> {
            record.add("first");
            done.run();
        });
        inbox.accept(done -> {
            record.add("second");
            done.run();
        });
        inbox.accept(Fakes.packet(Fakes.ANNA, "a"));
        inbox.accept(done -> {
            record.add("third");
            done.run();
        });

        executor.runAll();

        assertThat(record).containsExactly("first", "second", "a", "third");
    }

    @Test
    void aBarrierOnAnIdleInboxRunsAtOnceOnTheExecutor() {
        inbox.accept(done -> record.add("barrier"));
        assertThat(record).isEmpty();

        executor.runAll();

        assertThat(record).containsExactly("barrier");
    }

    @Test
    void aDiscardedBacklogGivesItsCreditBackAndLeavesTheBarriers() {
        AtomicReference<Runnable> done = new AtomicReference<>();
        inbox.accept(done::set);
        inbox.accept(Fakes.packet(Fakes.ANNA, "lost"));
        inbox.accept(next -> {
            record.add("second barrier");
            next.run();
        });
        inbox.accept(Fakes.packet(Fakes.BERT, "lost, too"));
        executor.runAll();

        inbox.discardBacklog();
        inbox.accept(Fakes.packet(Fakes.ANNA, "kept"));
        done.get().run();
        executor.runAll();

        assertThat(record).containsExactly("second barrier", "kept");
        assertThat(credits).containsExactly("anna group 4", "bert group 9", "anna group 4");
    }
}
