package dev.muster.core;

import dev.muster.spi.Environment;
import dev.muster.spi.TransportSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The transports that channels of one process share, by {@link TransportSettings#SINGLETON_NAME}.
 *
 * <p>Safe for use by any thread.
 */
public final class SharedTransports {

    /** Those of channels with threads and sockets of their own. */
    static final SharedTransports OF_THIS_PROCESS = new SharedTransports();

    private final Map<String, Use> uses = new HashMap<>();

    /** A transport and the number of lives above it. */
    private static final class Use {
        private final Trunk trunk;
        private int lives;

        private Use(Trunk trunk) {
            this.trunk = trunk;
        }
    }

    /** Of a process that shares nothing yet; one for each process of a simulation. */
    public SharedTransports() {}

    /**
     * What a life with a stack is to stand on, alone or with others.
     *
     * @param plan the stack
     * @param environments makes the environment, for a life alone and for the first of several
     * @throws dev.muster.api.ConfigurationException if the others have other settings, or the transport can't be shared
     */
    Foundation foundation(StackPlan plan, Supplier<Environment> environments) {
        String name = plan.transportSettings().get(TransportSettings.SINGLETON_NAME);
        if (name == null || name.isBlank()) {
            return new Foundation(environments.get(), null);
        }
        Branch branch = join(name, plan, environments);
        return new Foundation(branch.environment(), branch);
    }

    private synchronized Branch join(String name, StackPlan plan, Supplier<Environment> environments) {
        Use use = uses.get(name);
        if (use == null) {
            use = new Use(trunk(name, plan, environments.get()));
            uses.put(name, use);
        } else {
            use.trunk.refuseUnlike(plan);
        }
        use.lives++;
        return new Branch(use.trunk, () -> leave(name));
    }

    private static Trunk trunk(String name, StackPlan plan, Environment environment) {
        try {
            return new Trunk(name, plan, environment);
        } catch (RuntimeException | Error e) {
            environment.close();
            throw e;
        }
    }

    /** By the owner. Whoever wants to share again comes after the sockets are closed. */
    private synchronized void leave(String name) {
        Use use = uses.get(name);
        use.lives--;
        if (use.lives == 0) {
            use.trunk.stop();
            uses.remove(name);
        }
    }
}
