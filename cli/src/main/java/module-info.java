/** The muster command. */
module dev.muster.cli {
    requires dev.muster.core;
    requires dev.muster.config.xml;
    requires dev.muster.router;
    requires dev.muster.security;
    requires dev.muster.testkit;
    requires info.picocli;
    // members that are run from here show themselves in JMX, if told to
    requires java.management;

    // commands and their options are found by annotations
    opens dev.muster.cli to info.picocli;
}
