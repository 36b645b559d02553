package dev.muster.archtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What each module shows and needs, compared with a committed text: an export by accident or a provider that got lost
 * is a difference that somebody has to look at.
 */
class DescriptorSnapshotTest {

  private static final Path SNAPSHOTS = Reactor.archtests().resolve("src/test/resources/descriptors");
  private static final boolean REWRITE = Boolean.getBoolean("muster.rewrite");
  private static final String REMEDY = "The descriptor of %s has changed. If that is meant, rewrite the snapshots with"
      + "%n  mvn -B verify -Dmuster.rewrite=true%nread the difference, and commit it with the change that caused it.";

  @ParameterizedTest
  @MethodSource("dev.muster.archtests.CompiledModule#all")
  void theModuleShowsAndNeedsWhatItsSnapshotSays(CompiledModule module) throws IOException {
    Path snapshot = SNAPSHOTS.resolve(module.name() + ".txt");
    String actual = DescriptorText.of(module.descriptor());
    if (REWRITE) {
      Files.writeString(snapshot, actual);
    }
    String expected = Files.exists(snapshot) ? Files.readString(snapshot) : "";

    assertThat(actual.lines().toList()).as(REMEDY, module)
        .containsExactlyElementsOf(expected.lines().toList());
  }

  @Test
  void everySnapshotHasItsModule() throws IOException {
    Set<String> names = Set.copyOf(CompiledModule.all().stream().map(module -> module.name() + ".txt").toList());
    try (Stream<Path> files = Files.list(SNAPSHOTS)) {
      List<Path> orphans = files.filter(file -> !names.contains(file.getFileName().toString())).toList();
      assertThat(orphans).as("snapshots whose module is gone; delete them").isEmpty();
    }
  }

  @Test
  void theTextTellsEveryPartOfADescriptor() {
    ModuleDescriptor module = ModuleDescriptor.newModule("m")
        .requires(Set.of(Requires.Modifier.TRANSITIVE, Requires.Modifier.STATIC), "a").requires("b")
        .exports("m.api").exports("m.friend", Set.of("y", "x")).opens("m.bound", Set.of("z"))
        .uses("m.api.Service").provides("m.api.Service", List.of("m.Second", "m.First")).build();

    assertThat(DescriptorText.of(module)).isEqualTo("""
        module m
          requires b
          requires static transitive a
          exports m.api
          exports m.friend to x, y
          opens m.bound to z
          uses m.api.Service
          provides m.api.Service with m.First
          provides m.api.Service with m.Second
        """);
  }
}
