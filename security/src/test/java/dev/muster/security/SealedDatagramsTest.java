package dev.muster.security;

import static dev.muster.security.Keys.key;
import static dev.muster.security.Keys.ring;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.spi.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SealedDatagramsTest {

    private static final InetSocketAddress SENDER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    private static final InetSocketAddress RECEIVER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 2);
    private static final byte[] SECRET = "attack at dawn, headers and all".getBytes(UTF_8);

    private final Counting counting = new Counting();
    private final List<String> heard = new ArrayList<>();
    private final TestEnvironment environment = new TestEnvironment(1);
    private final SealedNetwork receiving = new SealedNetwork(environment, "owner", ring(1), counting.context()::counter);

    @BeforeEach
    void tellGauges() {
        receiving.tellGauges(counting.context());
    }

    /** What goes over the wire for a datagram of a life. */
    private static DatagramSealer sealer(long life, long key) {
        return new DatagramSealer(new TestEnvironment(life), new AesGcm(), key(key));
    }

    private static byte[] sealed(DatagramSealer sealer, byte[] plain, InetSocketAddress remote) {
        ByteBuffer sealed = sealer.seal(ByteBuffer.wrap(plain), remote);
        byte[] bytes = new byte[sealed.remaining()];
        sealed.get(bytes);
        return bytes;
    }

    private static byte[] sealed(DatagramSealer sealer, String plain) {
        return sealed(sealer, plain.getBytes(UTF_8), RECEIVER);
    }

    private void receive(byte[] datagram) throws IOException {
        if (environment.network.sockets().isEmpty()) {
            receiving.openDatagrams(RECEIVER, (bytes, remote) -> heard.add(UTF_8.decode(bytes).toString()));
        }
        Network.DatagramHandler handler = environment.network.sockets().get(0).handler();
        handler.received(ByteBuffer.wrap(datagram), SENDER);
        handler.receivedAll();
    }

    @Test
    void whatIsSentArrivesAndNothingOfItCanBeReadOnTheWay() throws IOException {
        byte[] datagram = sealed(sealer(7, 1), SECRET, RECEIVER);

        assertThat(datagram).hasSize(SECRET.length + SealedDatagram.OVERHEAD);
        assertThat(new String(datagram, UTF_8)).doesNotContain("attack").doesNotContain("headers");
        receive(datagram);
        assertThat(heard).containsExactly(new String(SECRET, UTF_8));
        assertThat(counting.dropped()).isZero();
    }

    @Test
    void aDatagramWithAnyBitChangedIsDroppedAndCountedBeforeAnybodySeesIt() throws IOException {
        byte[] datagram = sealed(sealer(7, 1), SECRET, RECEIVER);
        for (int bit = 0; bit < datagram.length * 8; bit++) {
            byte[] changed = datagram.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            receive(changed);
        }

        assertThat(heard).isEmpty();
        assertThat(counting.dropped()).isEqualTo(datagram.length * 8L);
        assertThat(counting.gauge("sender_lives")).as("lives remembered for forgeries").isZero();
        receive(datagram);
        assertThat(heard).as("the genuine one still counts").hasSize(1);
    }

    @Test
    void aDatagramCutOrLengthenedIsDropped() throws IOException {
        byte[] datagram = sealed(sealer(7, 1), SECRET, RECEIVER);
        for (int length = 0; length < datagram.length; length++) {
            receive(Arrays.copyOf(datagram, length));
        }
        receive(Arrays.copyOf(datagram, datagram.length + 1));
        receive(Arrays.copyOf(datagram, SealedDatagram.LARGEST + 1));

        assertThat(heard).isEmpty();
        assertThat(counting.dropped(Refusals.Reason.UNAUTHENTICATED)).isEqualTo(datagram.length + 2);
    }

    @Test
    void whatIsSentAgainIsDropped() throws IOException {
        DatagramSealer sealer = sealer(7, 1);
        byte[] first = sealed(sealer, "first");
        byte[] second = sealed(sealer, "second");
        receive(second);
        receive(first);
        receive(first);
        receive(second);

        assertThat(heard).containsExactly("second", "first");
        assertThat(counting.dropped(Refusals.Reason.REPLAYED)).isEqualTo(2);
    }

    @Test
    void whatIsFarOlderThanTheLatestIsDroppedEvenIfItIsNew() throws IOException {
        DatagramSealer sealer = sealer(7, 1);
        byte[] old = sealed(sealer, "old");
        for (int i = 0; i < ReplayWindow.WIDTH; i++) {
            sealed(sealer, "x" + i);
        }
        byte[] latest = sealed(sealer, "latest");
        receive(latest);
        receive(old);

        assertThat(heard).containsExactly("latest");
    }

    @Test
    void anotherKeyIsToldFromNoise() throws IOException {
        receive(sealed(sealer(7, 2), "of strangers"));

        assertThat(heard).isEmpty();
        assertThat(counting.dropped(Refusals.Reason.UNKNOWN_KEY)).isEqualTo(1);
    }

    @Test
    void plainPacketsAreNotHeard() throws IOException {
        receive(new byte[] {0x4D, 0x75, 1, 0});

        assertThat(heard).isEmpty();
        assertThat(counting.dropped(Refusals.Reason.UNAUTHENTICATED)).isEqualTo(1);
    }

    @Test
    void duringARotationOldAndNewKeysOpenAndAfterItOnlyTheNewOne() throws IOException {
        receiving.useKeys(ring(1).with(key(2)));
        receive(sealed(sealer(7, 1), "old"));
        receive(sealed(sealer(8, 2), "new"));
        receiving.useKeys(ring(2));
        receive(sealed(sealer(9, 1), "too old"));
        receive(sealed(sealer(10, 2), "newer"));

        assertThat(heard).containsExactly("old", "new", "newer");
        assertThat(counting.gauge("sender_lives")).as("lives under keys that are left").isEqualTo(2);
    }

    @Test
    void noNonceIsUsedTwiceUnderAKeyHoweverOftenASenderStartsAgain() {
        Set<ByteBuffer> used = new HashSet<>();
        for (int life = 0; life < 200; life++) {
            DatagramSealer sealer = sealer(life, 1);
            for (int number = 0; number < 50; number++) {
                byte[] datagram = sealed(sealer, "message " + number);
                // key id, life and number: what AES key and nonce are made of
                assertThat(used.add(ByteBuffer.wrap(Arrays.copyOfRange(datagram, 1, SealedDatagram.HEAD_BYTES)))).isTrue();
            }
        }
    }

    @Test
    void aLifeEndsBeforeItsNumbersAreTooMany() {
        DatagramSealer sealer = new DatagramSealer(new TestEnvironment(1), new AesGcm(), key(1), 10);
        Set<ByteBuffer> lives = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            lives.add(ByteBuffer.wrap(Arrays.copyOfRange(sealed(sealer, "message " + i), 5, 21)));
        }

        assertThat(lives).hasSize(10);
    }

    @Test
    void aDatagramToManyIsSealedOnceAndTheSameToOneAgainIsNoReplay() throws IOException {
        DatagramSealer sealer = sealer(7, 1);
        byte[] toOne = sealed(sealer, SECRET, RECEIVER);
        byte[] toAnother = sealed(sealer, SECRET, SENDER);
        byte[] toOneAgain = sealed(sealer, SECRET, RECEIVER);

        assertThat(toAnother).isEqualTo(toOne);
        receive(toOne);
        receive(toOneAgain);
        assertThat(heard).hasSize(2);
    }

    @Test
    void whatIsTooLargeToBeSealedIsRefused() {
        DatagramSealer sealer = sealer(7, 1);

        assertThat(sealer.seal(ByteBuffer.allocate(SealedDatagram.LARGEST - SealedDatagram.OVERHEAD), RECEIVER)).isNotNull();
        assertThat(sealer.seal(ByteBuffer.allocate(SealedDatagram.LARGEST - SealedDatagram.OVERHEAD + 1), RECEIVER)).isNull();
    }

    @Test
    void livesThatAreRememberedAreBounded() throws IOException {
        for (int life = 0; life < DatagramOpener.MOST_LIVES + 10; life++) {
            receive(sealed(sealer(1_000 + life, 1), "x"));
        }

        assertThat(counting.gauge("sender_lives")).isEqualTo(DatagramOpener.MOST_LIVES);
    }
}
