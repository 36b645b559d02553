package dev.muster.archtests;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** What module descriptors may say. Each law answers the violations it found, as sentences. */
final class ModuleLaws {

  static final String API = "dev.muster.api";
  static final String SPI = "dev.muster.spi";
  static final String CORE = "dev.muster.core";
  static final String CONFIG_XML = "dev.muster.config.xml";

  /** Wraps the network of a stack, and is as pure as what it protects. */
  static final String SECURITY = "dev.muster.security";

  private static final String PROTOCOLS = "dev.muster.protocols.";

  private ModuleLaws() {
  }

  static boolean isProtocolModule(String name) {
    return name.startsWith(PROTOCOLS) || name.equals(SECURITY);
  }

  static List<String> apiRequiresOnlyJavaBase(Collection<ModuleDescriptor> modules) {
    return modules.stream().filter(module -> module.name().equals(API))
        .flatMap(module -> requiresBeyond(module, Set.of("java.base")).stream()).toList();
  }

  static List<String> protocolModulesRequireOnlyTheSpi(Collection<ModuleDescriptor> modules) {
    return modules.stream().filter(module -> isProtocolModule(module.name()))
        .flatMap(module -> requiresBeyond(module, Set.of("java.base", SPI, "org.slf4j")).stream()).toList();
  }

  /** What a group is made of is looked for in one place; the api has one factory behind its builder. Whoever defines a service may use it. */
  static List<String> onlyCoreAndApiUseServices(Collection<ModuleDescriptor> modules) {
    return modules.stream().filter(module -> !Set.of(API, CORE).contains(module.name()))
        .flatMap(module -> module.uses().stream().filter(service -> !service.startsWith(module.name() + ".")).sorted()
            .map(service -> module.name() + " uses " + service)).toList();
  }

  static List<String> onlyConfigXmlKnowsJaxb(Collection<ModuleDescriptor> modules) {
    return modules.stream().filter(module -> !module.name().equals(CONFIG_XML))
        .flatMap(module -> module.requires().stream().map(Requires::name).filter("jakarta.xml.bind"::equals)
            .map(required -> module.name() + " requires " + required)).toList();
  }

  /** The module path refuses split packages only at launch, the class path never. */
  static List<String> noPackageLiesInTwoModules(Collection<ModuleDescriptor> modules) {
    TreeMap<String, List<String>> owners = new TreeMap<>();
    for (ModuleDescriptor module : modules) {
      module.packages().forEach(name -> owners.computeIfAbsent(name, key -> new ArrayList<>()).add(module.name()));
    }
    return owners.entrySet().stream().filter(entry -> entry.getValue().size() > 1)
        .map(entry -> "package " + entry.getKey() + " lies in " + entry.getValue()).toList();
  }

  static List<String> everyPackageLiesUnderItsModulesName(Collection<ModuleDescriptor> modules) {
    return modules.stream().flatMap(module -> module.packages().stream().sorted()
        .filter(name -> !name.equals(module.name()) && !name.startsWith(module.name() + "."))
        .map(name -> "package " + name + " lies in " + module.name())).toList();
  }

  private static List<String> requiresBeyond(ModuleDescriptor module, Set<String> allowed) {
    return module.requires().stream().map(Requires::name).filter(name -> !allowed.contains(name)).sorted()
        .map(name -> module.name() + " requires " + name).toList();
  }
}
