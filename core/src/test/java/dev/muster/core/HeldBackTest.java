package dev.muster.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.spi.Packet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages that wait behind a state, in memory and on disk. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class HeldBackTest {

    private static final int BYTES = 50_000;

    private final Fakes.ManualExecutor executor = new Fakes.ManualExecutor();
    private final List<String> record = new ArrayList<>();
    private final Map<String, Long> credits = new TreeMap<>();
    private final List<IOException> failures = new ArrayList<>();
    private final Inbox inbox = new Inbox(executor, executor, packet -> record.add(Fakes.text(packet).trim()),
            (source, toGroup, bytes) -> credits.merge(source + (toGroup ? " group" : " unicast"), bytes, Long::sum),
            failures::add);
    private final AtomicReference<Runnable> state = new AtomicReference<>();
    private int opened;

    private Spool open(long capacity) {
        opened++;
        try {
            return new Spool(capacity, new byte[Spool.SECRET_BYTES]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitState(long diskBytes) {
        inbox.accept(state::set, () -> open(diskBytes));
        executor.runAll();
    }

    /** A message, filled up with blanks. */
    private static Packet packet(String text) {
        return Fakes.packet(Fakes.ANNA, text + " ".repeat(BYTES - text.length()));
    }

    private static Packet unicast(String text) {
        byte[] payload = Fakes.bytes(text);
        return Packet.to(Fakes.CARL).withFlags(Packet.DATA | Packet.SINGLE).withPayload(payload, 0, payload.length)
                .from(Fakes.BERT, 1).withCredit(payload.length);
    }

    private List<String> accept(String prefix, int count) {
        List<String> texts = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            texts.add(prefix + number);
            inbox.accept(packet(prefix + number));
            executor.runAll();
        }
        return texts;
    }

    @Test
    void aLittleWaitsInMemoryAndKeepsItsCredit() {
        awaitState(1_000_000);
        List<String> texts = accept("m", 2);
        assertThat(opened).isZero();
        assertThat(credits).isEmpty();

        state.get().run();
        executor.runAll();

        assertThat(record).isEqualTo(texts);
        assertThat(credits).containsEntry("anna group", 2L * BYTES);
    }

    @Test
    void whatGoesToDiskGivesItsCreditBackAtOnceAndComesBackInOrder() {
        awaitState(100_000_000);
        List<String> texts = accept("m", 60);
        assertThat(record).isEmpty();
        assertThat(credits.get("anna group")).isGreaterThan(50L * BYTES);
        assertThat(inbox.size()).isEqualTo(60);

        state.get().run();
        executor.runAll();

        assertThat(record).isEqualTo(texts);
        assertThat(credits).containsEntry("anna group", 60L * BYTES);
        assertThat(inbox.size()).isZero();
        assertThat(opened).isEqualTo(1);
    }

    @Test
    void whatComesWhileOthersComeBackFromDiskComesAfterThem() {
        awaitState(100_000_000);
        List<String> texts = accept("m", 20);
        state.get().run();
        while (record.isEmpty() && executor.runOne()) {
            // until the first is handed over
        }
        texts.addAll(accept("n", 20));
        executor.runAll();

        assertThat(record).isEqualTo(texts);
        assertThat(credits).containsEntry("anna group", 40L * BYTES);
    }

    @Test
    void aViewAmongThemStaysWhereItWas() {
        awaitState(100_000_000);
        accept("m", 10);
        inbox.accept(done -> {
            record.add("view");
            done.run();
        });
        accept("n", 10);

        state.get().run();
        executor.runAll();

        assertThat(record.get(10)).isEqualTo("view");
        assertThat(record).hasSize(21);
        assertThat(record.subList(0, 10)).allMatch(text -> text.startsWith("m"));
    }

    @Test
    void messagesToThisMemberAloneKeepTheirPlaceAndTheirCredit() {
        awaitState(100_000_000);
        accept("m", 10);
        inbox.accept(unicast("mine"));
        accept("n", 10);
        assertThat(credits).doesNotContainKey("bert unicast");

        state.get().run();
        executor.runAll();

        assertThat(record).hasSize(21).contains("mine");
        assertThat(credits).containsEntry("bert unicast", 4L).containsEntry("anna group", 20L * BYTES);
    }

    @Test
    void whenTheDiskHasNoMoreRoomCreditStaysAwayUntilItHas() {
        awaitState(20L * BYTES);
        List<String> texts = accept("m", 60);
        assertThat(inbox.isFull()).isTrue();
        long given = credits.get("anna group");
        assertThat(given).isBetween(15L * BYTES, 20L * BYTES);

        state.get().run();
        executor.runAll();

        assertThat(inbox.isFull()).isFalse();
        assertThat(record).isEqualTo(texts);
        assertThat(credits).containsEntry("anna group", 60L * BYTES);
    }

    @Test
    void withoutADiskSendersWaitAndNothingIsLost() {
        inbox.accept(state::set, () -> {
            throw new UncheckedIOException(new IOException("no space left on device"));
        });
        executor.runAll();
        List<String> texts = accept("m", 20);
        assertThat(inbox.isFull()).isTrue();
        assertThat(credits).isEmpty();

        state.get().run();
        executor.runAll();

        assertThat(record).isEqualTo(texts);
        assertThat(credits).containsEntry("anna group", 20L * BYTES);
    }

    @Test
    void discardedMessagesGiveTheirCreditBackOnceWhereverTheyAreAndUnicastsAreKept() {
        awaitState(20L * BYTES);
        accept("lost", 10);
        inbox.accept(unicast("kept"));
        accept("lost, too", 20);
        inbox.accept(packet("on its way to disk"));

        List<Packet> kept = inbox.discardBacklog();
        executor.runAll();

        assertThat(kept).extracting(Fakes::text).containsExactly("kept");
        assertThat(credits).containsOnly(Map.entry("anna group", 31L * BYTES));
        assertThat(inbox.size()).isZero();
        assertThat(inbox.isFull()).isFalse();

        List<String> texts = accept("after", 30);
        state.get().run();
        executor.runAll();
        assertThat(record).isEqualTo(texts);
        assertThat(credits).containsOnly(Map.entry("anna group", 61L * BYTES));
    }

    @Test
    void whatCannotBeReadAgainIsReportedAndNothingIsHandedOverBehindIt() {
        awaitState(100_000_000);
        accept("m", 20);
        inbox.close();
        executor.runAll();

        state.get().run();
        executor.runAll();

        assertThat(failures).hasSize(1);
        assertThat(record).isEmpty();
    }

    /** The same on threads: order of each sender, every message once, all credit once, whatever goes on at the same time. */
    @Test
    void threadsThatStoreLoadAndDeliverAtOnceKeepTheOrder() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            for (int seed = 0; seed < 20; seed++) {
                runOnThreads(pool, new Random(seed));
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private void runOnThreads(ExecutorService pool, Random random) throws Exception {
        AtomicInteger handed = new AtomicInteger();
        AtomicLong credit = new AtomicLong();
        AtomicInteger disorder = new AtomicInteger();
        Inbox concurrent = new Inbox(pool, pool, packet -> {
            if (Integer.parseInt(Fakes.text(packet).trim()) != handed.getAndIncrement()) {
                disorder.incrementAndGet();
            }
        }, (source, toGroup, bytes) -> credit.addAndGet(bytes), failures::add);
        concurrent.accept(state::set, () -> open(2_000_000));
        int count = 400;
        long sum = 0;
        int release = random.nextInt(count);
        for (int number = 0; number < count; number++) {
            Packet packet = Fakes.packet(Fakes.ANNA, number + " ".repeat(random.nextInt(20_000)));
            sum += packet.credit();
            concurrent.accept(packet);
            if (number == release) {
                await(() -> state.get() != null);
                state.getAndSet(null).run();
            }
        }
        await(() -> handed.get() == count);
        long all = sum;
        await(() -> credit.get() == all);
        assertThat(disorder).hasValue(0);
        assertThat(failures).isEmpty();
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(30)) {
                throw new AssertionError("not within 30 s");
            }
            Thread.onSpinWait();
        }
    }
}
