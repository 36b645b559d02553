package dev.muster.archtests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What code may touch. A protocol is a pure state machine: the same input gives the same output in production and in a
 * simulation. Whatever would spoil that comes through the environment that the protocol is handed.
 *
 * <p>What these laws can't see: the order in which a HashMap is walked, and what a called library does.
 */
final class CodeLaws {

  private static final Set<String> THREAD_METHODS =
      Set.of("start", "sleep", "startVirtualThread", "ofVirtual", "ofPlatform", "interrupt", "join");
  private static final Set<String> UNSEEDED =
      Set.of("java.security.SecureRandom", "java.util.concurrent.ThreadLocalRandom");
  private static final Set<String> BLOCKING_TYPES = Set.of("java.util.concurrent.Semaphore",
      "java.util.concurrent.CountDownLatch", "java.util.concurrent.CyclicBarrier", "java.util.concurrent.Phaser",
      "java.util.concurrent.Exchanger", "java.util.concurrent.BlockingQueue");
  private static final Set<String> SOCKETS = Set.of("java.net.Socket", "java.net.ServerSocket", "java.net.DatagramSocket",
      "java.net.MulticastSocket", "java.net.URLConnection", "javax.net.SocketFactory", "javax.net.ServerSocketFactory");

  static final ArchRule READS_NO_CLOCK = law("read no clock; the context tells the time", noAccess(access ->
      isTo(access, "java.lang.System", "currentTimeMillis", "nanoTime")
          || owner(access).startsWith("java.time.") && access.getName().equals("now")
          || isTo(access, "java.time.Clock", "system", "systemUTC", "systemDefaultZone", "tickMillis", "tickSeconds",
              "tickMinutes")));

  static final ArchRule STARTS_NO_THREAD = law("start, make and stop no thread; only core does", noAccess(access ->
      isThreadLike(access.getTargetOwner()) && access.getName().equals("<init>")
          || access.getTargetOwner().isAssignableTo(Thread.class) && THREAD_METHODS.contains(access.getName())
          || owner(access).equals("java.util.concurrent.Executors")));

  static final ArchRule KNOWS_NO_THREAD = law("know nothing of threads; one thread runs a stack", noDependency(target ->
      isThreadLike(target) || target.getName().equals("java.util.concurrent.Executors")));

  static final ArchRule TAKES_NO_LOCK = law("take no lock and wait for nobody; one thread runs a stack",
      noDependency(target -> target.getPackageName().equals("java.util.concurrent.locks")
          || BLOCKING_TYPES.contains(target.getName())));

  static final ArchRule WAITS_ON_NO_MONITOR = law("wait on no monitor", noAccess(access ->
      isTo(access, "java.lang.Object", "wait", "notify", "notifyAll")));

  static final ArchRule HAS_NO_SYNCHRONIZED_METHOD = law("have no synchronized method; one thread runs a stack",
      condition((type, report) -> type.getMethods().stream()
          .filter(method -> method.getModifiers().contains(JavaModifier.SYNCHRONIZED))
          .map(JavaMethod::getDescription).forEach(report)));

  static final ArchRule DRAWS_NO_RANDOM_NUMBER = law("draw no random number of their own; the context has a seeded source",
      noAccess(access -> isTo(access, "java.util.UUID", "randomUUID")
          || isTo(access, "java.lang.Math", "random")
          || isTo(access, "java.lang.StrictMath", "random")
          || UNSEEDED.contains(owner(access))
          || Set.of("java.util.Random", "java.util.SplittableRandom").contains(owner(access))
              && access.getName().equals("<init>") && parameters(access) == 0
          || isTo(access, "java.util.Collections", "shuffle") && parameters(access) == 1
          || owner(access).startsWith("java.util.random.") && Set.of("getDefault", "of", "create").contains(access.getName())
              && parameters(access) <= 1));

  static final ArchRule OPENS_NO_SOCKET = law("open no socket; the environment has a network", noDependency(target ->
      SOCKETS.contains(target.getName()) || target.getPackageName().startsWith("java.nio.channels")));

  static final ArchRule KEEPS_NO_MUTABLE_STATIC = law("keep no static field that can change; state belongs to a stack",
      condition((type, report) -> type.getFields().stream()
          .filter(field -> field.getModifiers().contains(JavaModifier.STATIC)
              && !field.getModifiers().contains(JavaModifier.FINAL))
          .map(JavaField::getDescription).forEach(report)));

  static final ArchRule USES_NO_JAVA_SERIALIZATION = law("use no Java serialization", noDependency(target ->
      Set.of("java.io.ObjectInputStream", "java.io.ObjectOutputStream").contains(target.getName())));

  static final ArchRule PRINTS_NOTHING = law("print nothing; only the command line talks to a terminal",
      noAccess(access -> isTo(access, "java.lang.System", "out", "err", "setOut", "setErr")
          || access.getTargetOwner().isAssignableTo(Throwable.class) && access.getName().equals("printStackTrace")
              && parameters(access) == 0));

  /** What every class of a protocol module keeps. */
  static final List<ArchRule> PURE = List.of(READS_NO_CLOCK, STARTS_NO_THREAD, KNOWS_NO_THREAD, TAKES_NO_LOCK,
      WAITS_ON_NO_MONITOR, HAS_NO_SYNCHRONIZED_METHOD, DRAWS_NO_RANDOM_NUMBER, OPENS_NO_SOCKET, KEEPS_NO_MUTABLE_STATIC);

  private CodeLaws() {
  }

  private static boolean isThreadLike(JavaClass type) {
    return type.isAssignableTo("java.lang.Thread") || type.isAssignableTo("java.util.Timer")
        || type.isAssignableTo("java.util.concurrent.ThreadPoolExecutor")
        || type.isAssignableTo("java.util.concurrent.ForkJoinPool");
  }

  private static String owner(JavaAccess<?> access) {
    return access.getTargetOwner().getName();
  }

  private static boolean isTo(JavaAccess<?> access, String owner, String... members) {
    return owner(access).equals(owner) && Set.of(members).contains(access.getName());
  }

  private static int parameters(JavaAccess<?> access) {
    return access.getTarget() instanceof CodeUnitAccessTarget target ? target.getRawParameterTypes().size() : 0;
  }

  /** Calls, field accesses and method references alike. */
  private static ArchCondition<JavaClass> noAccess(Predicate<JavaAccess<?>> banned) {
    return condition((type, report) -> type.getAccessesFromSelf().stream()
        .filter(banned).map(JavaAccess::getDescription).forEach(report));
  }

  /** Fields, signatures, parents, casts and class literals, too. */
  private static ArchCondition<JavaClass> noDependency(Predicate<JavaClass> banned) {
    return condition((type, report) -> type.getDirectDependenciesFromSelf().stream()
        .filter(dependency -> banned.test(dependency.getTargetClass().getBaseComponentType()))
        .map(Object::toString).forEach(report));
  }

  private static ArchRule law(String sentence, ArchCondition<JavaClass> condition) {
    return classes().should(condition.as(sentence)).allowEmptyShould(true);
  }

  private static ArchCondition<JavaClass> condition(Finder finder) {
    return new ArchCondition<>("keep a law") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        finder.find(type, message -> events.add(SimpleConditionEvent.violated(type, message)));
      }
    };
  }

  private interface Finder {
    void find(JavaClass type, Consumer<String> report);
  }
}
