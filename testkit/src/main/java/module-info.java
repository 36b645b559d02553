/** Simulated clock and network, and conformance tests for protocols. */
module dev.muster.testkit {
    requires transitive dev.muster.core;
    requires transitive dev.muster.spi;
    requires transitive static org.junit.jupiter.api;
    requires org.slf4j;

    exports dev.muster.testkit;
    exports dev.muster.testkit.conformance;
    exports dev.muster.testkit.fuzz;
    exports dev.muster.testkit.history;
    exports dev.muster.testkit.simulation;

    // so that JUnit finds the inherited tests where both are on the module path
    opens dev.muster.testkit.conformance;

    // No provider on purpose: whatever provides a service is put on the module path of other people's tests, where their
    // module does not read it, and a transport for tests has no business in the stacks of an application.
}
