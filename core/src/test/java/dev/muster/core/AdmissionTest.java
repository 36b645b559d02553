package dev.muster.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.Mockito.clearInvocations;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.muster.api.Address;
import dev.muster.api.Flag;
import dev.muster.api.Settings;
import dev.muster.spi.Network;
import dev.muster.spi.Packet;
import dev.muster.spi.PoolSettings;
import dev.muster.spi.PoolSettings.RejectionPolicy;
import dev.muster.spi.TransportSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.InOrder;

/** What comes in while the application is behind. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class AdmissionTest {

    private static final PoolSettings ORDERED = TransportSettings.THREAD_POOL;
    private static final PoolSettings OUT_OF_BAND = TransportSettings.OOB_THREAD_POOL;

    private final Fakes.ManualEnvironment environment = new Fakes.ManualEnvironment();
    private final List<String> record = new ArrayList<>();
    private final Inbox inbox = new Inbox(environment.deliveries, environment.deliveries,
            packet -> record.add(Fakes.text(packet)), (source, toGroup, bytes) -> { });
    private final Network.Datagrams socket = mock(Network.Datagrams.class);
    private final Settings settings = new Settings();
    private PausableNetwork network;
    private Admission admission;

    /** With a socket that can stop reading. */
    private void open() {
        try {
            Network real = mock(Network.class);
            when(real.openDatagrams(any(), any(), any())).thenReturn(socket);
            network = new PausableNetwork(real);
            network.openDatagrams(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Network.DatagramOptions.NONE, null);
            openWithoutSockets(network);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void openWithoutSockets(PausableNetwork given) {
        admission = new Admission(environment, inbox, () -> given, Fakes.ANNA, settings);
    }

    private void queue(PoolSettings pool, int most, RejectionPolicy policy) {
        settings.set(pool.queueEnabled(), true).set(pool.queueMaxSize(), most).set(pool.rejectionPolicy(), policy);
    }

    private static Packet packet(Address source, boolean outOfBand) {
        Packet packet = Fakes.packet(source, "x");
        return outOfBand ? packet.withFlags(Flag.OOB.bit()) : packet;
    }

    private boolean offer(Packet packet) {
        boolean admitted = admission.admits(packet);
        if (admitted) {
            inbox.accept(packet);
        }
        return admitted;
    }

    private int offer(int count, Packet packet) {
        int admitted = 0;
        for (int i = 0; i < count; i++) {
            admitted += offer(packet) ? 1 : 0;
        }
        return admitted;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void noMoreWaitThanTheQueueHoldsAndWhatIsRefusedIsCounted(boolean outOfBand) {
        queue(outOfBand ? OUT_OF_BAND : ORDERED, 5, RejectionPolicy.DISCARD);
        open();

        assertThat(offer(100, packet(Fakes.BERT, outOfBand))).isEqualTo(6);

        assertThat(admission.refused()).isEqualTo(94);
        assertThat(admission.stops()).isZero();
        verify(socket, never()).wantReadable(anyBoolean());
        environment.settle();
        assertThat(offer(packet(Fakes.BERT, outOfBand))).as("there is room again").isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void withoutAQueueNoMoreWaitThanThereAreThreads(boolean outOfBand) {
        PoolSettings pool = outOfBand ? OUT_OF_BAND : ORDERED;
        queue(pool, 1_000, RejectionPolicy.DISCARD);
        settings.set(pool.queueEnabled(), false).set(pool.maxThreads(), 3);
        open();

        assertThat(offer(100, packet(Fakes.BERT, outOfBand))).isEqualTo(4);
    }

    @Test
    void theTwoKindsHaveQueuesOfTheirOwn() {
        queue(ORDERED, 5, RejectionPolicy.DISCARD);
        queue(OUT_OF_BAND, 50, RejectionPolicy.DISCARD);
        open();
        offer(100, packet(Fakes.BERT, false));

        assertThat(offer(100, packet(Fakes.BERT, true))).isEqualTo(51);
    }

    @Test
    void whatIsNoApplicationDataIsNeverRefused() {
        queue(ORDERED, 0, RejectionPolicy.DISCARD);
        open();
        offer(10, packet(Fakes.BERT, false));

        assertThat(admission.admits(Packet.toGroup().from(Fakes.BERT, 1))).isTrue();
        assertThat(admission.admits(Packet.to(Fakes.ANNA).from(Fakes.BERT, 1))).isTrue();
    }

    @Test
    void aSenderNoneOfWhosePacketsWaitsIsNeverRefused() {
        queue(ORDERED, 5, RejectionPolicy.DISCARD);
        open();
        offer(10, packet(Fakes.BERT, false));

        assertThat(offer(10, packet(Fakes.CARL, false))).as("the first, which others don't hold up").isEqualTo(1);
    }

    @Test
    void underATotalOrderEverybodyIsBehindEverybody() {
        queue(ORDERED, 5, RejectionPolicy.DISCARD);
        open();
        offer(10, packet(Fakes.BERT, false).withFlags(Packet.ONE_LANE));

        assertThat(offer(packet(Fakes.CARL, false))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void noSenderIsRefusedForLongSoThatWhatIsBehindItsDataComesThrough(boolean outOfBand) {
        queue(outOfBand ? OUT_OF_BAND : ORDERED, 5, RejectionPolicy.DISCARD);
        open();
        Packet packet = packet(Fakes.BERT, outOfBand);
        offer(10, packet);
        environment.now += Admission.REFUSING_NANOS - 1;
        assertThat(offer(10, packet)).isZero();

        environment.now += 1;
        assertThat(offer(10, packet)).isEqualTo(10);
        environment.now += Admission.CYCLE_NANOS - Admission.REFUSING_NANOS - 1;
        assertThat(offer(10, packet)).isEqualTo(10);

        environment.now += 1;
        assertThat(offer(10, packet)).as("the next cycle").isZero();
    }

    @Test
    void abortRefusesAsDiscardDoes() {
        queue(ORDERED, 5, RejectionPolicy.ABORT);
        open();

        assertThat(offer(100, packet(Fakes.BERT, false))).isEqualTo(6);
        assertThat(admission.refused()).isEqualTo(94);
    }

    @ParameterizedTest
    @EnumSource(names = {"BLOCK", "RUN"})
    void readingStopsUntilThereIsRoomAndNothingIsRefused(RejectionPolicy policy) {
        queue(ORDERED, 4, policy);
        open();

        assertThat(offer(100, packet(Fakes.BERT, false))).isEqualTo(100);

        assertThat(admission.refused()).isZero();
        assertThat(admission.stops()).isEqualTo(1);
        verify(socket).wantReadable(false);
        verify(socket, never()).wantReadable(true);
        environment.deliveries.runOne();
        assertThat(record).hasSize(64);
        environment.tasks.runAll();
        verify(socket, never()).wantReadable(true);
        environment.settle();
        verify(socket).wantReadable(true);
    }

    @ParameterizedTest
    @EnumSource(names = {"BLOCK", "RUN"})
    void readingGoesOnForAMomentEvenIfThereIsNeverRoom(RejectionPolicy policy) {
        queue(OUT_OF_BAND, 4, policy);
        open();
        offer(100, packet(Fakes.BERT, true));

        environment.now += Admission.STILL_NANOS;
        environment.timers.due(environment.now).run();

        InOrder order = inOrder(socket);
        order.verify(socket).wantReadable(false);
        order.verify(socket).wantReadable(true);
        clearInvocations(socket);
        assertThat(offer(packet(Fakes.BERT, true))).isTrue();
        verify(socket).wantReadable(false);
        assertThat(admission.stops()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(names = {"BLOCK", "RUN"})
    void whereNothingCanStopReadingPacketsAreRefused(RejectionPolicy policy) {
        queue(ORDERED, 4, policy);
        openWithoutSockets(new PausableNetwork(mock(Network.class)));

        assertThat(offer(100, packet(Fakes.BERT, false))).isEqualTo(5);
    }

    @Test
    void theEndOfTheLifeLeavesNothingStopped() {
        queue(ORDERED, 4, RejectionPolicy.BLOCK);
        open();
        offer(100, packet(Fakes.BERT, false));

        admission.close();

        verify(socket).wantReadable(true);
        assertThat(environment.timers.due(Long.MAX_VALUE)).isNull();
    }
}
