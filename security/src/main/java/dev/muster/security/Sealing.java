package dev.muster.security;

import dev.muster.api.ConfigurationException;
import dev.muster.spi.Counter;
import dev.muster.spi.Environment;
import dev.muster.spi.Network;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network that is sealed with keys of a file, which may change: for a stack with {@link Encrypt}, and for whoever serves
 * such stacks without being one, such as a router. For the owner of the environment.
 */
public final class Sealing {

    private static final Logger LOG = LoggerFactory.getLogger(Sealing.class);

    private final Object owner;
    private final Environment environment;
    private final SealedNetwork network;
    /** Null if the keys are not in a file, and do not change. */
    private final KeyFile file;
    private KeyRing keys;
    private String complaint = "";
    private boolean stopped;

    /** Seal with these keys; they are read from the file again at {@link #reload}. */
    Sealing(Object owner, Environment environment, KeyFile file, KeyRing keys, Function<String, Counter> counters) {
        this.owner = owner;
        this.environment = environment;
        this.file = file;
        this.keys = keys;
        this.network = new SealedNetwork(environment, owner, keys, counters);
        if (file != null) {
            file.openness().ifPresent(warning -> LOG.warn("{}: {}", owner, warning));
        }
        LOG.info("{}: everything is sealed with {}; {} can be opened", owner, keys.sealing(), keys);
    }

    /**
     * Read the keys of a file. Blocks meanwhile.
     *
     * @param file holds them
     * @param owner who seals, for logs
     * @param environment its network is what is sealed
     * @param counters gives those of what is dropped: {@code dropped_unauthenticated} and so on
     * @return nothing has been opened yet
     * @throws ConfigurationException if the file can't be read or holds no keys
     */
    public static Sealing with(KeyFile file, String owner, Environment environment, Function<String, Counter> counters) {
        return new Sealing(owner, environment, file, file.read(), counters);
    }

    /**
     * What is sealed.
     *
     * @return its handlers are called as those of the environment's network are
     */
    public Network network() {
        return network;
    }

    SealedNetwork sealed() {
        return network;
    }

    /** Read the file again, where callbacks run, and use what is there from then on; keep the keys if that fails. */
    public void reload() {
        if (file != null) {
            environment.delivery().execute(this::read);
        }
    }

    private void read() {
        KeyRing found;
        String problem = "";
        try {
            found = file.read();
        } catch (ConfigurationException e) {
            found = null;
            problem = e.getMessage();
        }
        KeyRing fresh = found;
        String said = problem;
        environment.execute(() -> reloaded(fresh, said));
    }

    private void reloaded(KeyRing fresh, String problem) {
        if (stopped) {
            return;
        }
        if (!problem.equals(complaint) && !problem.isEmpty()) {
            LOG.warn("{}: {}; the keys stay as they were: {}", owner, problem, keys);
        }
        complaint = problem;
        if (fresh != null && !fresh.equals(keys)) {
            keys = fresh;
            LOG.info("{}: new keys; everything is sealed with {} from now on; {} can be opened", owner, keys.sealing(), keys);
            network.useKeys(keys);
        }
    }

    /** Close what nobody above knows of; what is read from now on is forgotten. */
    public void stop() {
        stopped = true;
        network.stop();
    }
}
