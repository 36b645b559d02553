package dev.muster.fuzzing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Several campaigns, {@code muster.fuzz.threads} at a time, two unless said otherwise. */
final class Campaigns {

    private static final int AT_A_TIME = Integer.getInteger("muster.fuzz.threads", 2);

    private final List<Callable<Campaign.Report>> campaigns = new ArrayList<>();

    Campaigns add(Callable<Campaign.Report> campaign) {
        campaigns.add(campaign);
        return this;
    }

    /** Run them all, and tell their figures. */
    void run() {
        ExecutorService pool = Executors.newFixedThreadPool(AT_A_TIME);
        try {
            List<Future<Campaign.Report>> reports = new ArrayList<>();
            campaigns.forEach(campaign -> reports.add(pool.submit(() -> {
                Campaign.Report report = campaign.call();
                Sizes.tell(report);
                return report;
            })));
            for (Future<Campaign.Report> report : reports) {
                report.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("the campaigns were interrupted", e);
        } finally {
            pool.shutdownNow();
        }
    }
}
