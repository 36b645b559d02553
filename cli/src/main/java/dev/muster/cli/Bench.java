package dev.muster.cli;

import java.util.List;

/** One thing that is measured, contestant by contestant, each in processes that are started for it. */
interface Bench {

    /** What is measured, in a line. */
    String title();

    /** Who takes part, by name; the first one is compared with the others. */
    List<String> contestants();

    /**
     * Measure one contestant once.
     *
     * @param contestant its name
     * @param stage starts its processes
     * @param findings told what came of it, failures included
     */
    void measure(String contestant, Stage stage, Findings findings);
}
