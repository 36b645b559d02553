/** The muster command. */
module dev.muster.cli {
  requires dev.muster.core;
  requires dev.muster.config.xml;
  requires dev.muster.testkit;
  requires info.picocli;

  opens dev.muster.cli to info.picocli;
}
