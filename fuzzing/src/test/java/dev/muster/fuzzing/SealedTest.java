package dev.muster.fuzzing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Settings;
import dev.muster.security.Encrypt;
import dev.muster.security.KeyFile;
import dev.muster.security.KeyRing;
import dev.muster.security.PreSharedKey;
import dev.muster.spi.Context;
import dev.muster.spi.Counter;
import dev.muster.spi.Environment;
import dev.muster.spi.Network;
import dev.muster.spi.NetworkSecurity;
import dev.muster.testkit.ScriptedNetwork;
import dev.muster.testkit.fuzz.Mutator;
import dev.muster.testkit.simulation.Simulation;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stack with ENCRYPT, to which strangers send what members have sent, damaged: it must hear members' words or nothing. */
class SealedTest {

    /** Each takes a decryption, or a few hashes. */
    private static final long INPUTS = Sizes.INPUTS / 4;
    private static final int LONGEST = 2_000;
    private static final long BASE_BYTES = 100_000;
    private static final long BYTES_PER_BYTE = 50;
    private static final int STREAMS_PER_NETWORK = 500;
    private static final InetSocketAddress HERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 7_800);
    private static final InetSocketAddress THERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 7_900);

    @TempDir
    private Path folder;
    private Settings settings;
    private Side receiver;
    private int streams;

    /** A sealed network upon a scripted one. */
    private static final class Side {
        private final ScriptedNetwork wire = new ScriptedNetwork();
        private final Network sealed;

        private Side(Settings settings, long life) {
            NetworkSecurity encrypt = (NetworkSecurity) new Encrypt.Provider().create(settings);
            sealed = encrypt.secure(environment(life), context());
        }

        /** A simulated process, but for its network. */
        private Environment environment(long life) {
            Environment process = new Simulation(life).addNode().start();
            return proxy(Environment.class, (proxy, method, arguments) -> {
                try {
                    return method.getName().equals("network") ? wire : method.invoke(process, arguments);
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            });
        }

        private static Context context() {
            Counter counter = proxy(Counter.class, (proxy, method, arguments) -> null);
            return proxy(Context.class,
                    (proxy, method, arguments) -> method.getName().equals("counter") ? counter : null);
        }

        private static <T> T proxy(Class<T> type, java.lang.reflect.InvocationHandler handler) {
            return type.cast(Proxy.newProxyInstance(SealedTest.class.getClassLoader(), new Class<?>[] {type}, handler));
        }
    }

    @BeforeEach
    void makeKey() throws IOException {
        byte[] bytes = new byte[PreSharedKey.BYTES];
        new SplittableRandom(Sizes.SEED).nextBytes(bytes);
        Path keys = folder.resolve("keys");
        new KeyFile(keys).write(KeyRing.of(PreSharedKey.of(bytes)));
        settings = new Settings().set(Encrypt.KEY_FILE, keys.toString());
        receiver = new Side(settings, 1);
    }

    private static byte[] bytes(ByteBuffer in) {
        byte[] bytes = new byte[in.remaining()];
        in.get(bytes);
        return bytes;
    }

    @Test
    void damagedDatagramsAreDroppedAndGenuineOnesHeardOnce() throws IOException {
        Set<ByteBuffer> genuine = new HashSet<>();
        Set<ByteBuffer> heard = new HashSet<>();
        Side sender = new Side(settings, 2);
        Network.Datagrams socket = sender.sealed.openDatagrams(THERE, (datagram, remote) -> { });
        for (int size : new int[] {1, 10, 100, 300, 1_500}) {
            byte[] plain = new byte[size];
            new SplittableRandom(size).nextBytes(plain);
            genuine.add(ByteBuffer.wrap(plain));
            socket.send(ByteBuffer.wrap(plain), HERE);
        }
        List<byte[]> samples = sender.wire.sockets().get(0).sent().stream().map(ScriptedNetwork.SentDatagram::bytes).toList();
        receiver.sealed.openDatagrams(HERE, (datagram, remote) -> {
            ByteBuffer plain = ByteBuffer.wrap(bytes(datagram));
            if (!genuine.contains(plain) || !heard.add(plain)) {
                throw new AssertionError("heard what no member has sent, or heard it twice: " + plain);
            }
        });
        Network.DatagramHandler handler = receiver.wire.sockets().get(0).handler();
        Sizes.tell(Campaign.of("sealed datagrams", input -> handler.received(ByteBuffer.wrap(input), THERE))
                .allocatingAtMost(BASE_BYTES, BYTES_PER_BYTE)
                .run(new Mutator(Sizes.SEED, samples, LONGEST), INPUTS, Sizes.LIMIT));
    }

    @Test
    void whatWasRecordedOfOtherStreamsOpensNone() {
        List<byte[]> samples = recordedStreams();
        Sizes.tell(Campaign.of("sealed streams", this::connectAndSay).allocatingAtMost(BASE_BYTES, BYTES_PER_BYTE)
                .run(new Mutator(Sizes.SEED, samples, LONGEST), INPUTS, Sizes.LIMIT));
    }

    /** What openers say from beginning to end. */
    private List<byte[]> recordedStreams() {
        List<byte[]> samples = new ArrayList<>();
        for (int size : new int[] {1, 300, 1_000}) {
            Side opener = new Side(settings, size);
            Network.StreamOptions options = new Network.StreamOptions(true, 0, 0, 1_000_000_000L);
            Network.Stream stream = opener.sealed.connect(HERE, options, new Deaf());
            ScriptedNetwork.ScriptedStream wire = opener.wire.stream(0);
            wire.handler().connected();
            byte[] opening = wire.takeWritten();
            ScriptedNetwork.ScriptedStream other = accepting(new Side(settings, -size));
            other.handler().received(ByteBuffer.wrap(opening));
            wire.handler().received(ByteBuffer.wrap(other.takeWritten()));
            ByteBuffer[] one = {ByteBuffer.allocate(size)};
            assertThat(stream.write(one, 1)).isEqualTo(size);
            byte[] rest = wire.takeWritten();
            samples.add(ByteBuffer.allocate(opening.length + rest.length).put(opening).put(rest).array());
        }
        return samples;
    }

    private static ScriptedNetwork.ScriptedStream accepting(Side side) {
        try {
            if (side.wire.listeners().isEmpty()) {
                side.sealed.listen(HERE, stream -> {
                    throw new AssertionError("a stream was accepted");
                });
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return side.wire.accept(0, THERE);
    }

    private void connectAndSay(byte[] input) {
        if (++streams % STREAMS_PER_NETWORK == 0) {
            receiver = new Side(settings, streams);
        }
        ScriptedNetwork.ScriptedStream stream = accepting(receiver);
        stream.handler().received(ByteBuffer.wrap(input));
        stream.handler().closed(Network.CloseReason.CLOSED_BY_PEER, "said enough");
    }

    /** Cares for nothing. */
    private static final class Deaf implements Network.StreamHandler {
        @Override
        public void received(ByteBuffer bytes) {
            bytes.position(bytes.limit());
        }

        @Override
        public void closed(Network.CloseReason reason, String detail) {
            throw new AssertionError(reason + " " + detail);
        }
    }
}
