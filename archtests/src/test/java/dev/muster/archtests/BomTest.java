package dev.muster.archtests;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Whoever imports the BOM gets all of our artifacts at one version, and nothing else. */
class BomTest {

  private static final String MANAGED = "/project/dependencyManagement/dependencies/dependency";

  private final Pom bom = Reactor.bom();

  @Test
  void theBomListsExactlyThePublishedModules() {
    assertThat(bom.texts(MANAGED + "/artifactId")).containsExactlyInAnyOrderElementsOf(
        Reactor.publishedFolders().stream().map(folder -> "muster-" + folder).toList());
    assertThat(bom.texts(MANAGED + "/groupId")).containsOnly("dev.muster").hasSameSizeAs(bom.nodes(MANAGED));
  }

  @Test
  void theBomsVersionsAreLiteralAndTheReactors() {
    assertThat(bom.texts("/project/version")).containsExactly(Reactor.version());
    assertThat(bom.texts(MANAGED + "/version")).containsOnly(Reactor.version()).hasSameSizeAs(bom.nodes(MANAGED));
  }

  @Test
  void theBomImposesNoScopeAndBringsNothingWithIt() {
    assertThat(bom.nodes("//scope")).isEmpty();
    assertThat(bom.nodes("/project/parent")).isEmpty();
    assertThat(bom.nodes("/project/dependencies")).isEmpty();
  }

  @Test
  void everyModulePomCarriesTheReactorsVersion() {
    for (String folder : Reactor.publishedFolders()) {
      assertThat(Pom.of(Reactor.root().resolve(folder).resolve("pom.xml")).texts("/project/parent/version"))
          .as("parent version in %s/pom.xml", folder).containsExactly(Reactor.version());
    }
  }
}
