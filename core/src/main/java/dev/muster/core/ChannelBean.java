package dev.muster.core;

import dev.muster.api.Diagnosis;
import dev.muster.spi.Environment;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One life of a member in JMX. Loaded only where the module {@code java.management} is. */
final class ChannelBean implements ChannelMXBean {

    private static final Logger LOG = LoggerFactory.getLogger(ChannelBean.class);
    private static final long PATIENCE_SECONDS = 5;

    private final Supplier<Diagnosis> diagnosis;
    private final Environment environment;

    private ChannelBean(Supplier<Diagnosis> diagnosis, Environment environment) {
        this.diagnosis = diagnosis;
        this.environment = environment;
    }

    /**
     * Show a member; for the owner of the stack. Where JMX refuses, the member lives on unseen.
     *
     * @param diagnosis made on the owner
     * @param environment of the stack
     * @return takes the member away again
     */
    static Runnable register(Supplier<Diagnosis> diagnosis, Environment environment) {
        Diagnosis now = diagnosis.get();
        try {
            ObjectName name = new ObjectName("dev.muster:type=Channel,cluster=" + ObjectName.quote(now.cluster())
                    + ",member=" + ObjectName.quote(now.member().toString()) + ",id=" + now.member().id());
            MBeanServer server = ManagementFactory.getPlatformMBeanServer();
            server.registerMBean(new ChannelBean(diagnosis, environment), name);
            return () -> unregister(server, name);
        } catch (JMException | RuntimeException e) {
            LOG.warn("this member is not shown in JMX: {}", e.toString());
            return () -> { };
        }
    }

    private static void unregister(MBeanServer server, ObjectName name) {
        try {
            server.unregisterMBean(name);
        } catch (JMException | RuntimeException e) {
            LOG.debug("{} was not in JMX any more", name, e);
        }
    }

    private Diagnosis now() {
        CompletableFuture<Diagnosis> made = new CompletableFuture<>();
        environment.execute(() -> made.complete(diagnosis.get()));
        try {
            return made.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the stack did not answer within " + PATIENCE_SECONDS
                    + " s; see what its thread muster-loop-… does", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the stack", e);
        }
    }

    @Override
    public String getMember() {
        return now().member().toString();
    }

    @Override
    public String getCluster() {
        return now().cluster();
    }

    @Override
    public String getState() {
        return now().state().name();
    }

    @Override
    public String getView() {
        Diagnosis now = now();
        return now.view() == null ? "" : now.view().toString();
    }

    @Override
    public List<String> getStack() {
        return now().layers().stream().map(layer -> layer.protocol() + " " + layer.settings()).toList();
    }

    @Override
    public Map<String, Long> getCounters() {
        Map<String, Long> all = new TreeMap<>();
        for (Diagnosis.Layer layer : now().layers()) {
            layer.counters().forEach((counter, value) -> all.put(layer.protocol() + "." + counter, value));
        }
        return all;
    }

    @Override
    public List<String> getWaits() {
        return now().reasons();
    }

    @Override
    public String diagnose() {
        return DiagnosisText.json(now());
    }
}
