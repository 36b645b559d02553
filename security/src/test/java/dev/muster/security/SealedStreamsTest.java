package dev.muster.security;

import static dev.muster.security.Keys.key;
import static dev.muster.security.Keys.ring;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.spi.Network;
import dev.muster.testkit.ScriptedNetwork;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SealedStreamsTest {

    private static final InetSocketAddress HERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    private static final InetSocketAddress THERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 2);
    private static final byte[] SECRET = "attack at dawn, headers and all".getBytes(UTF_8);
    private static final long LONG_NANOS = 10_000_000_000L;

    /** What a layer hears of a stream. */
    private static final class Heard implements Network.StreamHandler {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private Network.Stream stream;
        private boolean connected;
        private boolean writable;
        private Network.CloseReason closed;

        @Override
        public void connected() {
            connected = true;
        }

        @Override
        public void received(ByteBuffer in) {
            while (in.hasRemaining()) {
                bytes.write(in.get());
            }
        }

        @Override
        public void writable() {
            writable = true;
        }

        @Override
        public void closed(Network.CloseReason reason, String detail) {
            closed = reason;
        }

        private void write(byte[] plain) {
            ByteBuffer[] one = {ByteBuffer.wrap(plain)};
            assertThat(stream.write(one, 1)).isEqualTo(plain.length);
        }
    }

    /** One end: its layer, its sealed network, and the wire below. */
    private static final class End {
        private final Counting counting = new Counting();
        private final TestEnvironment environment;
        private final SealedNetwork network;
        private final List<Heard> accepted = new ArrayList<>();

        private End(long life, KeyRing keys) {
            environment = new TestEnvironment(life);
            network = new SealedNetwork(environment, "owner", keys, counting.context()::counter);
            network.tellGauges(counting.context());
        }

        private Heard connect() {
            Heard heard = new Heard();
            heard.stream = network.connect(THERE, new Network.StreamOptions(true, 0, 0, LONG_NANOS), heard);
            wire().handler().connected();
            return heard;
        }

        /** The next connection that comes in. */
        private ScriptedNetwork.ScriptedStream accept() {
            try {
                if (environment.network.listeners().isEmpty()) {
                    network.listen(HERE, stream -> {
                        Heard heard = new Heard();
                        heard.stream = stream;
                        heard.write("welcome".getBytes(UTF_8));
                        accepted.add(heard);
                        return heard;
                    });
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return environment.network.accept(0, HERE);
        }

        /** The latest stream below. */
        private ScriptedNetwork.ScriptedStream wire() {
            List<ScriptedNetwork.ScriptedStream> streams = environment.network.streams();
            return streams.get(streams.size() - 1);
        }

        private void receive(byte[] bytes) {
            wire().handler().received(ByteBuffer.wrap(bytes));
            wire().handler().receivedAll();
        }

        private long dropped() {
            return counting.dropped();
        }
    }

    private final End opener = new End(1, ring(1));
    private final End acceptor = new End(2, ring(1));

    private static void carry(End from, End to) {
        to.receive(from.wire().takeWritten());
    }

    /** Connect the two; answers what the opener's layer hears. */
    private Heard connected() {
        Heard heard = opener.connect();
        acceptor.accept();
        carry(opener, acceptor);
        carry(acceptor, opener);
        carry(opener, acceptor);
        carry(acceptor, opener);
        return heard;
    }

    @Test
    void bytesArriveInBothDirectionsAndNothingOfThemCanBeReadOnTheWay() {
        Heard heard = connected();
        assertThat(heard.connected).isTrue();
        assertThat(heard.bytes.toString(UTF_8)).isEqualTo("welcome");

        heard.write(SECRET);
        byte[] wire = opener.wire().takeWritten();
        assertThat(wire).hasSize(SECRET.length + SealedStream.OVERHEAD);
        assertThat(new String(wire, UTF_8)).doesNotContain("attack").doesNotContain("headers");
        acceptor.receive(wire);
        assertThat(acceptor.accepted.get(0).bytes.toByteArray()).isEqualTo(SECRET);
        assertThat(opener.environment.timers() + acceptor.environment.timers()).as("timers left").isZero();
    }

    @Test
    void nobodyAboveHearsOfAStreamBeforeItsOtherEndHasProvedToHaveTheKey() {
        Heard heard = opener.connect();
        acceptor.accept();
        carry(opener, acceptor);
        assertThat(acceptor.accepted).isEmpty();
        assertThat(heard.connected).isFalse();
        carry(acceptor, opener);
        assertThat(heard.connected).isTrue();
        assertThat(acceptor.accepted).isEmpty();
        carry(opener, acceptor);
        assertThat(acceptor.accepted).hasSize(1);
    }

    @Test
    void anyBitChangedInAnyRecordEndsTheStreamAndNothingOfItIsHeard() {
        int bits = (SECRET.length + SealedStream.OVERHEAD) * 8;
        for (int bit = 0; bit < bits; bit++) {
            End sender = new End(1, ring(1));
            End receiver = new End(2, ring(1));
            Heard heard = sender.connect();
            receiver.accept();
            carry(sender, receiver);
            carry(receiver, sender);
            carry(sender, receiver);
            heard.write(SECRET);
            byte[] wire = sender.wire().takeWritten();
            wire[bit / 8] ^= (byte) (1 << bit % 8);
            receiver.receive(wire);

            Heard above = receiver.accepted.get(0);
            assertThat(above.bytes.size()).as("bit %d", bit).isZero();
            // a length that is larger waits for bytes that never come; every other change is seen at once
            receiver.receive(new byte[SealedStream.MOST_RECORD]);
            assertThat(above.bytes.size()).as("bit %d", bit).isZero();
            assertThat(above.closed).as("bit %d", bit).isEqualTo(Network.CloseReason.FAILED);
            assertThat(receiver.wire().isClosed()).isTrue();
            assertThat(receiver.dropped()).isEqualTo(1);
        }
    }

    @Test
    void anyByteChangedInTheHandshakeIsNoticed() {
        int[] lengths = {Handshake.OPENING_BYTES, Handshake.ANSWER_BYTES, Handshake.PROOF_BYTES};
        for (int word = 0; word < lengths.length; word++) {
            for (int at = 0; at < lengths[word]; at++) {
                assertForgeryNoticed(word, at);
            }
        }
    }

    private static void assertForgeryNoticed(int word, int at) {
        End sender = new End(1, ring(1));
        End receiver = new End(2, ring(1));
        Heard heard = sender.connect();
        receiver.accept();
        End[] ends = {sender, receiver, sender, receiver};
        for (int i = 0; i < 3 && !receiver.wire().isClosed() && !sender.wire().isClosed(); i++) {
            byte[] said = ends[i].wire().takeWritten();
            if (i == word) {
                said[at] ^= 4;
            }
            ends[i + 1].receive(said);
        }

        assertThat(receiver.accepted).as("word %d byte %d", word, at).isEmpty();
        assertThat(sender.dropped() + receiver.dropped()).as("word %d byte %d", word, at).isEqualTo(1);
        assertThat(heard.bytes.size()).isZero();
    }

    @Test
    void aStreamThatWasRecordedIsOfNoUse() {
        ByteArrayOutputStream recorded = new ByteArrayOutputStream();
        Heard heard = opener.connect();
        acceptor.accept();
        byte[] opening = opener.wire().takeWritten();
        recorded.writeBytes(opening);
        acceptor.receive(opening);
        carry(acceptor, opener);
        heard.write(SECRET);
        byte[] rest = opener.wire().takeWritten();
        recorded.writeBytes(rest);
        acceptor.receive(rest);
        assertThat(acceptor.accepted).hasSize(1);

        acceptor.accept();
        acceptor.receive(recorded.toByteArray());
        assertThat(acceptor.accepted).hasSize(1);
        assertThat(acceptor.wire().isClosed()).isTrue();
        assertThat(acceptor.counting.dropped(Refusals.Reason.UNAUTHENTICATED)).isEqualTo(1);
    }

    @Test
    void recordsThatAreLeftOutRepeatedOrTurnedBackAreNoticed() {
        Heard heard = connected();
        heard.write(SECRET);
        byte[] first = opener.wire().takeWritten();
        heard.write(SECRET);
        byte[] second = opener.wire().takeWritten();

        acceptor.receive(second);
        assertThat(acceptor.accepted.get(0).closed).isEqualTo(Network.CloseReason.FAILED);
        opener.receive(first);
        assertThat(heard.closed).isEqualTo(Network.CloseReason.FAILED);
    }

    @Test
    void whoHasAnotherKeyIsNotHeardAndToldNothing() {
        End stranger = new End(3, ring(2));
        Heard heard = stranger.connect();
        acceptor.accept();
        carry(stranger, acceptor);

        assertThat(acceptor.accepted).isEmpty();
        assertThat(acceptor.wire().takeWritten()).isEmpty();
        assertThat(acceptor.wire().isClosed()).isTrue();
        assertThat(acceptor.counting.dropped(Refusals.Reason.UNKNOWN_KEY)).isEqualTo(1);
        assertThat(heard.connected).isFalse();
    }

    @Test
    void whoSaysNothingIsSentAwayInTimeAndNotTooManyAreWaitedFor() {
        for (int i = 0; i < SealedNetwork.MOST_UNPROVED + 1; i++) {
            acceptor.accept();
        }
        assertThat(acceptor.environment.network.streams().get(0).isClosed()).as("the longest silent one").isTrue();
        assertThat(acceptor.wire().isClosed()).isFalse();

        acceptor.environment.advance(LONG_NANOS);
        assertThat(acceptor.environment.network.streams()).allMatch(ScriptedNetwork.ScriptedStream::isClosed);
        assertThat(acceptor.counting.dropped(Refusals.Reason.MUTE)).isEqualTo(SealedNetwork.MOST_UNPROVED + 1);
        assertThat(acceptor.environment.timers()).isZero();
    }

    @Test
    void anOpenerDoesNotWaitForEver() {
        Heard heard = opener.connect();
        opener.environment.advance(LONG_NANOS);

        assertThat(heard.closed).isEqualTo(Network.CloseReason.TIMED_OUT);
    }

    @Test
    void everythingArrivesHoweverLittleTheSystemTakesAtATime() {
        Heard heard = connected();
        SplittableRandom random = new SplittableRandom(5);
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        byte[] plain = new byte[300_000];
        random.nextBytes(plain);
        ByteBuffer[] buffers = {ByteBuffer.wrap(plain, 0, 100_000), ByteBuffer.allocate(0),
            ByteBuffer.wrap(plain, 100_000, 7), ByteBuffer.wrap(plain, 100_007, plain.length - 100_007)};
        heard.stream.wantWritable(true);
        while (buffers[3].hasRemaining() || opener.wire().wantsWritable()) {
            opener.wire().room(random.nextInt(50_000));
            heard.stream.write(buffers, buffers.length);
            if (!buffers[3].hasRemaining()) {
                heard.stream.wantWritable(false);
            }
            opener.wire().handler().writable();
            byte[] some = opener.wire().takeWritten();
            int cut = some.length == 0 ? 0 : random.nextInt(some.length);
            acceptor.receive(java.util.Arrays.copyOf(some, cut));
            acceptor.receive(java.util.Arrays.copyOfRange(some, cut, some.length));
        }
        sent.writeBytes(plain);

        assertThat(heard.writable).isTrue();
        assertThat(acceptor.accepted.get(0).bytes.toByteArray()).isEqualTo(sent.toByteArray());
    }

    @Test
    void aNewKeySealsNewStreamsAndOldOnesEndWithTheirKey() {
        Heard old = connected();
        KeyRing both = ring(1).with(key(2)).sealingWith(key(2).id());
        opener.network.useKeys(both);
        acceptor.network.useKeys(both);
        Heard fresh = connected();
        assertThat(old.closed).isNull();
        assertThat(fresh.connected).isTrue();

        opener.network.useKeys(ring(2));
        assertThat(old.closed).isEqualTo(Network.CloseReason.FAILED);
        assertThat(fresh.closed).isNull();
        assertThat(opener.counting.gauge("streams")).isEqualTo(1);
    }

    @Test
    void keysOfADirectionChangeAtBothEndsAfterSoManyRecords() {
        byte[] secret = new byte[32];
        StreamKeys sealing = StreamKeys.ofOpener(secret, 3);
        StreamKeys opening = StreamKeys.ofOpener(secret, 3);
        StreamKeys never = StreamKeys.ofOpener(secret);
        AesGcm cipher = new AesGcm();
        AesGcm.Bytes seen = new AesGcm.Bytes(new byte[4], 0, 4);
        for (int record = 0; record < 10; record++) {
            byte[] sealed = new byte[SECRET.length + AesGcm.TAG_BYTES];
            byte[] plain = new byte[SECRET.length];
            AesGcm.Bytes whole = new AesGcm.Bytes(sealed, 0, sealed.length);
            sealing.seal(cipher, seen, new AesGcm.Bytes(SECRET, 0, SECRET.length), sealed, 0);
            assertThat(opening.open(cipher, seen, whole, plain)).isEqualTo(SECRET.length);
            assertThat(plain).isEqualTo(SECRET);
            assertThat(never.open(cipher, seen, whole, plain)).isEqualTo(record < 3 ? SECRET.length : -1);
        }
    }
}
