package dev.muster.archtests;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;

/** One of our modules as it was built: a folder of classes in {@code mvn test}, a jar in {@code mvn verify}. */
record CompiledModule(Path location, ModuleReference reference) {

  private static final String SERVICES = "META-INF/services/";

  /** All of our modules on this test's class path, sorted by name. */
  static List<CompiledModule> all() {
    try {
      return Collections.list(CompiledModule.class.getClassLoader().getResources("module-info.class")).stream()
          .map(CompiledModule::locationOf)
          .map(CompiledModule::at)
          .filter(module -> module.name().startsWith(Reactor.MODULE_PREFIX + "."))
          .sorted(Comparator.comparing(CompiledModule::name))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The module in a folder of classes or in a jar. */
  static CompiledModule at(Path location) {
    return new CompiledModule(location, ModuleFinder.of(location).findAll().iterator().next());
  }

  String name() {
    return descriptor().name();
  }

  ModuleDescriptor descriptor() {
    return reference.descriptor();
  }

  JavaClasses classes() {
    if (Files.isDirectory(location)) {
      return new ClassFileImporter().importPath(location);
    }
    try (JarFile jar = new JarFile(location.toFile())) {
      return new ClassFileImporter().importJar(jar);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<byte[]> classFiles() {
    return entries(".class").stream().map(this::bytes).toList();
  }

  /** What the class path gets to see: service to providers, from META-INF/services. */
  Map<String, Set<String>> services() {
    Map<String, Set<String>> services = new TreeMap<>();
    for (String entry : entries("")) {
      if (entry.startsWith(SERVICES) && !entry.endsWith("/")) {
        services.put(entry.substring(SERVICES.length()), providersIn(new String(bytes(entry), StandardCharsets.UTF_8)));
      }
    }
    return services;
  }

  @Override
  public String toString() {
    return name();
  }

  private static Set<String> providersIn(String file) {
    return file.lines()
        .map(line -> line.replaceFirst("#.*", "").strip())
        .filter(line -> !line.isEmpty())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private List<String> entries(String suffix) {
    try (ModuleReader reader = reference.open()) {
      return reader.list().filter(entry -> entry.endsWith(suffix)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] bytes(String entry) {
    try (ModuleReader reader = reference.open(); InputStream in = reader.open(entry).orElseThrow()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(entry + " of " + name(), e);
    }
  }

  private static Path locationOf(URL moduleInfo) {
    try {
      if (moduleInfo.openConnection() instanceof JarURLConnection jar) {
        return Path.of(jar.getJarFileURL().toURI());
      }
      return Path.of(moduleInfo.toURI()).getParent();
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException("cannot find the module of " + moduleInfo, e);
    }
  }
}
