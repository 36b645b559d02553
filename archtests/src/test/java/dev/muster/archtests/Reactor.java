package dev.muster.archtests;

import java.nio.file.Path;
import java.util.List;

/** The project as its root pom tells it. */
final class Reactor {

  static final String MODULE_PREFIX = "dev.muster";

  private Reactor() {
  }

  /** This module's folder; surefire names it, an IDE starts there. */
  static Path archtests() {
    return Path.of(System.getProperty("basedir", "")).toAbsolutePath();
  }

  static Path root() {
    return archtests().getParent();
  }

  static Pom rootPom() {
    return Pom.of(root().resolve("pom.xml"));
  }

  static Pom bom() {
    return Pom.of(root().resolve("bom/pom.xml"));
  }

  static String version() {
    return rootPom().texts("/project/version").get(0);
  }

  /** The folders whose jars users get: in the reactor, with a jar, not marked as staying at home. */
  static List<String> publishedFolders() {
    return rootPom().texts("/project/modules/module").stream()
        .filter(folder -> isPublishedJar(Pom.of(root().resolve(folder).resolve("pom.xml"))))
        .toList();
  }

  static String moduleName(String folder) {
    return MODULE_PREFIX + "." + folder.replace('-', '.');
  }

  private static boolean isPublishedJar(Pom pom) {
    return !pom.has("/project/packaging[text()='pom']")
        && !pom.has("/project/properties/maven.deploy.skip[text()='true']");
  }
}
