package dev.muster.core;

import dev.muster.api.Settings;
import dev.muster.api.SharedThreads;
import dev.muster.spi.Environment;
import dev.muster.spi.PoolSettings;
import dev.muster.spi.TransportSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/**
 * The threads that {@link SharedThreads} stand for, while lives use them: they begin with the first and end with the last.
 *
 * <p>Safe for use by any thread.
 */
final class Crew {

    /** Guarded by this class. */
    private static final Map<SharedThreads, Crew> AT_WORK = new IdentityHashMap<>();
    private static int created;

    private final List<Place> places = new ArrayList<>();
    private final Callers ordered;
    private final Callers outOfBand;

    /** A loop, and how many lives run on it. */
    private static final class Place {
        private final EventLoop loop;
        private final Commons commons = new Commons();
        private int lives;

        private Place(EventLoop loop) {
            this.loop = loop;
        }
    }

    /** Threads for callbacks, and more of them when these are held up. */
    private static final class Callers {
        private final PoolSettings settings;
        private final DeliveryPool pool;
        private final Relief relief;

        private Callers(PoolSettings settings, DeliveryPool pool, EventLoop loop) {
            this.settings = settings;
            this.pool = pool;
            relief = new Relief(pool, loop);
            pool.whenQueued(relief::tasksQueue);
        }

        /** Where the callbacks of a life run: here, or on its loop if its stack says so. */
        private Executor join(Settings transport, EventLoop loop) {
            relief.allow(transport.get(settings.maxThreads()));
            return transport.get(settings.enabled()) ? pool : loop::executeOnResident;
        }

        private void leave(Settings transport) {
            relief.allow(-transport.get(settings.maxThreads()));
        }
    }

    private Crew(SharedThreads threads) {
        int number = ++created;
        for (int loop = 1; loop <= threads.loops(); loop++) {
            places.add(new Place(new EventLoop("muster-shared-loop-" + number + "-" + loop)));
        }
        ordered = callers(threads, TransportSettings.THREAD_POOL, "muster-shared-delivery-" + number);
        outOfBand = callers(threads, TransportSettings.OOB_THREAD_POOL, "muster-shared-oob-" + number);
    }

    private Callers callers(SharedThreads threads, PoolSettings settings, String name) {
        return new Callers(settings, new DeliveryPool(threads.callbackThreads(), name), places.get(0).loop);
    }

    /**
     * What a life runs on that shares its threads; to be closed when the life ends.
     *
     * @param threads shared
     * @param transport settings of the life's transport
     */
    static Environment environment(SharedThreads threads, Settings transport) {
        synchronized (Crew.class) {
            return AT_WORK.computeIfAbsent(threads, Crew::new).join(threads, transport);
        }
    }

    private Environment join(SharedThreads threads, Settings transport) {
        Place place = places.stream().min(Comparator.comparingInt(each -> each.lives)).orElseThrow();
        place.lives++;
        place.loop.spin(transport.get(TransportSettings.SPIN_TIME).toNanos());
        return new LocalEnvironment(place.loop, ordered.join(transport, place.loop), outOfBand.join(transport, place.loop),
                place.commons, () -> leave(threads, place, transport));
    }

    private void leave(SharedThreads threads, Place place, Settings transport) {
        synchronized (Crew.class) {
            place.lives--;
            Stream.of(ordered, outOfBand).forEach(callers -> callers.leave(transport));
            if (places.stream().allMatch(each -> each.lives == 0)) {
                AT_WORK.remove(threads);
                places.forEach(each -> each.loop.close());
                Stream.of(ordered, outOfBand).forEach(callers -> callers.pool.close());
            }
        }
    }
}
