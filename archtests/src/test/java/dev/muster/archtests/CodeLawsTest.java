package dev.muster.archtests;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CodeLawsTest {

  private static final String FIXTURES = "dev.muster.archtests.fixtures.Culprits$";

  /** Who may start threads, and why. */
  private static final Map<String, String> THREADS = Map.of(
      "dev.muster.core", "runs the stacks and the callbacks",
      "dev.muster.cli", "is the application: its commands read the terminal and measure while a stack runs");

  /** Who may print, and why. */
  private static final Map<String, String> PRINTING = Map.of("dev.muster.cli", "talks to a terminal");

  private static final Map<CompiledModule, JavaClasses> CLASSES =
      CompiledModule.all().stream().collect(toMap(module -> module, CompiledModule::classes));

  @ParameterizedTest
  @MethodSource("dev.muster.archtests.CompiledModule#all")
  void everyClassOfTheModuleIsLookedAt(CompiledModule module) {
    assertThat(CLASSES.get(module)).hasSizeGreaterThanOrEqualTo(module.classFiles().size() - 1); // less module-info
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("lawsByModule")
  void theModuleKeepsTheLaw(CompiledModule module, ArchRule law) {
    law.check(CLASSES.get(module));
  }

  @ParameterizedTest
  @MethodSource("protocolModules")
  void protocolModulesHaveNoSynchronizedBlock(CompiledModule module) {
    assertThat(module.classFiles()).flatMap(Monitors::enteredIn).as("methods with a synchronized block").isEmpty();
  }

  @ParameterizedTest(name = "{1} breaks: {0}")
  @MethodSource("culprits")
  void theLawNoticesTheCulprit(ArchRule law, String culprit) {
    assertThat(law.evaluate(fixture(culprit)).getFailureReport().getDetails()).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("allLaws")
  void theLawLeavesTheInnocentAlone(ArchRule law) {
    law.check(fixture("Innocent"));
  }

  @Test
  void aSynchronizedBlockIsNoticedInByteCode() throws IOException {
    assertThat(Monitors.enteredIn(classFile("HasASynchronizedBlock"))).containsExactly(
        "dev/muster/archtests/fixtures/Culprits$HasASynchronizedBlock.change");
    assertThat(Monitors.enteredIn(classFile("Innocent"))).isEmpty();
  }

  static Stream<CompiledModule> protocolModules() {
    return CompiledModule.all().stream().filter(module -> ModuleLaws.isProtocolModule(module.name()));
  }

  static Stream<ArchRule> allLaws() {
    return Stream.concat(CodeLaws.PURE.stream(),
        Stream.of(CodeLaws.USES_NO_JAVA_SERIALIZATION, CodeLaws.PRINTS_NOTHING));
  }

  static Stream<Arguments> lawsByModule() {
    return CLASSES.keySet().stream().sorted((a, b) -> a.name().compareTo(b.name()))
        .flatMap(module -> lawsOf(module.name()).map(law -> arguments(module, law)));
  }

  private static Stream<ArchRule> lawsOf(String module) {
    Stream.Builder<ArchRule> laws = Stream.builder();
    laws.add(CodeLaws.USES_NO_JAVA_SERIALIZATION);
    if (!PRINTING.containsKey(module)) {
      laws.add(CodeLaws.PRINTS_NOTHING);
    }
    if (ModuleLaws.isProtocolModule(module)) {
      CodeLaws.PURE.forEach(laws);
    } else if (!THREADS.containsKey(module)) {
      laws.add(CodeLaws.STARTS_NO_THREAD);
    }
    return laws.build();
  }

  static Stream<Arguments> culprits() {
    return Stream.of(
        breaking(CodeLaws.READS_NO_CLOCK, "CallsCurrentTimeMillis", "CallsNanoTime", "CallsInstantNow",
            "RefersToInstantNow", "CallsLocalTimeNowInALambda", "AsksTheSystemClock"),
        breaking(CodeLaws.STARTS_NO_THREAD, "MakesAThread", "RefersToTheThreadConstructor", "IsAThread", "StartsAThread",
            "Sleeps", "MakesAPool", "MakesATimer"),
        breaking(CodeLaws.KNOWS_NO_THREAD, "AsksForTheCurrentThread", "MakesAPool", "MakesATimer"),
        breaking(CodeLaws.TAKES_NO_LOCK, "HasALock", "Awaits"),
        breaking(CodeLaws.WAITS_ON_NO_MONITOR, "WaitsOnAMonitor"),
        breaking(CodeLaws.HAS_NO_SYNCHRONIZED_METHOD, "HasASynchronizedMethod"),
        breaking(CodeLaws.DRAWS_NO_RANDOM_NUMBER, "DrawsAUuid", "CallsMathRandom", "UsesThreadLocalRandom",
            "MakesARandomWithoutSeed", "MakesASecureRandom", "ShufflesWithoutSeed"),
        breaking(CodeLaws.OPENS_NO_SOCKET, "OpensASocket", "OpensAServerSocket", "OpensADatagramSocket", "OpensAChannel"),
        breaking(CodeLaws.KEEPS_NO_MUTABLE_STATIC, "KeepsAMutableStatic"),
        breaking(CodeLaws.USES_NO_JAVA_SERIALIZATION, "ReadsAnObject", "WritesAnObject"),
        breaking(CodeLaws.PRINTS_NOTHING, "PrintsToOut", "PrintsToErr", "PrintsAStackTrace"))
        .flatMap(List::stream);
  }

  private static List<Arguments> breaking(ArchRule law, String... culprits) {
    return Stream.of(culprits).map(culprit -> arguments(law, culprit)).toList();
  }

  private static JavaClasses fixture(String name) {
    try {
      return new ClassFileImporter().importClasses(Class.forName(FIXTURES + name));
    } catch (ClassNotFoundException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static byte[] classFile(String name) throws IOException {
    try (InputStream in = CodeLawsTest.class.getResourceAsStream("fixtures/Culprits$" + name + ".class")) {
      return in.readAllBytes();
    }
  }
}
