/** The muster command. */
module dev.muster.cli {
    requires transitive dev.muster.api;
    requires dev.muster.core;
    requires dev.muster.config.xml;
    requires dev.muster.router;
    requires dev.muster.security;
    requires dev.muster.testkit;
    requires info.picocli;
    // members that are run from here show themselves in JMX, if told to
    requires java.management;
    requires jdk.management;

    // whoever is to be measured beside Muster
    exports dev.muster.cli.perf;
    uses dev.muster.cli.perf.Contestant;
    provides dev.muster.cli.perf.Contestant with dev.muster.cli.perf.SocketsContestant;

    // commands and their options are found by annotations
    opens dev.muster.cli to info.picocli;
}
