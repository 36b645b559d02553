package dev.muster.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Settings;
import dev.muster.spi.router.RouterAddress;
import dev.muster.spi.router.RouterMessage;
import dev.muster.testkit.RouterClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/**
 * Many clients on real sockets, all of one group. In a round each sends to all and to one, and takes what the others have
 * sent; nobody begins the next round before. Larger with {@code -Dmuster.clients=…}, {@code -Dmuster.rounds=…} and {@code
 * -Dmuster.bytes=…}; the figures are printed.
 */
class RouterCrowdTest {

    private static final int CLIENTS = Integer.getInteger("muster.clients", 200);
    private static final int ROUNDS = Integer.getInteger("muster.rounds", 5);
    private static final int BYTES = Integer.getInteger("muster.bytes", 1_000);
    private static final int MOST_ROUNDS = 1_000;
    private static final RouterAddress STUCK = new RouterAddress.Id(9, 9);

    private static RouterAddress member(int number) {
        return new RouterAddress.Id(1, number);
    }

    private static RouterMessage message(RouterAddress to, int from) {
        return RouterMessage.message("crowd", to, member(from), ByteBuffer.allocate(BYTES));
    }

    /** A client that takes nothing at all from some time on. */
    private static RouterClient stuck(InetSocketAddress place) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(place);
        return new RouterClient(socket).registered("crowd", STUCK);
    }

    @Test
    void aCrowdIsServedAndOneThatIsStuckHindersNobody() throws Exception {
        double without;
        try (Router router = new Router(new Settings().set(RouterSettings.PORT, 0))) {
            without = perSecond(router.start(), () -> true);
            assertThat(router.counters().get(RouterCounter.DROPPED_QUEUE_FULL)).isZero();
        }
        try (Router router = new Router(new Settings().set(RouterSettings.PORT, 0)
                .set(RouterSettings.SEND_QUEUE_BYTES, queueBytes()).set(RouterSettings.DRAIN_TIMEOUT, Duration.ZERO))) {
            InetSocketAddress place = router.start();
            try (RouterClient stuck = stuck(place)) {
                double with = perSecond(place, () -> router.counters().get(RouterCounter.DROPPED_QUEUE_FULL) > 0);
                assertThat(router.counters().get(RouterCounter.CONNECTIONS_ACCEPTED)).isEqualTo(CLIENTS + 1);
                System.out.printf("router: %d clients, %d bytes: %,.0f messages per second handed on; %.2f of that beside one that is stuck%n",
                        CLIENTS, BYTES, without, with / without);
                assertThat(stuck.hear().group()).as("what there was room for is there").isEqualTo("crowd");
            }
        }
    }

    /** Room for what waits for a client that keeps up, not for all that the one gets that does not. */
    private static long queueBytes() {
        return Math.max(100_000, 2L * (CLIENTS + 1) * (BYTES + 400));
    }

    private static double perSecond(InetSocketAddress place, BooleanSupplier begins) throws Exception {
        List<RouterClient> clients = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try {
            for (int number = 0; number < CLIENTS; number++) {
                clients.add(RouterClient.connect(place).registered("crowd", member(number)));
            }
            for (int round = 0; round == 0 || !begins.getAsBoolean(); round++) {
                assertThat(round).as("rounds until the queue of the one that is stuck is full").isLessThan(MOST_ROUNDS);
                round(clients, threads);
            }
            long began = System.nanoTime();
            for (int round = 0; round < ROUNDS; round++) {
                round(clients, threads);
            }
            return 1e9 * ROUNDS * CLIENTS * CLIENTS / (System.nanoTime() - began);
        } finally {
            threads.shutdownNow();
            for (RouterClient client : clients) {
                client.close();
            }
        }
    }

    private static void round(List<RouterClient> clients, ExecutorService threads) throws Exception {
        List<Callable<Void>> all = new ArrayList<>();
        for (int number = 0; number < clients.size(); number++) {
            int own = number;
            all.add(() -> {
                RouterClient client = clients.get(own);
                client.say(message(null, own));
                client.say(message(member((own + 1) % CLIENTS), own));
                for (int heard = 0; heard < CLIENTS; heard++) {
                    client.hearBytes();
                }
                return null;
            });
        }
        for (Future<Void> done : threads.invokeAll(all)) {
            done.get();
        }
    }
}
