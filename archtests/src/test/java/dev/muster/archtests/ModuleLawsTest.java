package dev.muster.archtests;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.module.ModuleDescriptor;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ModuleLawsTest {

  private static final List<ModuleDescriptor> MODULES =
      CompiledModule.all().stream().map(CompiledModule::descriptor).toList();

  @Test
  void everyPublishedModuleIsWatchedHere() {
    Set<String> published = Reactor.publishedFolders().stream().map(Reactor::moduleName).collect(toSet());

    assertThat(MODULES).extracting(ModuleDescriptor::name)
        .as("modules on the class path of archtests; a new module belongs into archtests/pom.xml")
        .containsExactlyInAnyOrderElementsOf(published);
  }

  @Test
  void apiRequiresOnlyJavaBase() {
    assertThat(ModuleLaws.apiRequiresOnlyJavaBase(MODULES)).isEmpty();
  }

  @Test
  void anApiThatRequiresMoreIsNoticed() {
    assertThat(ModuleLaws.apiRequiresOnlyJavaBase(List.of(module("dev.muster.api").requires("org.slf4j").build())))
        .containsExactly("dev.muster.api requires org.slf4j");
  }

  @Test
  void protocolModulesRequireOnlyTheSpi() {
    assertThat(ModuleLaws.protocolModulesRequireOnlyTheSpi(MODULES)).isEmpty();
  }

  @Test
  void aProtocolModuleThatRequiresCoreOrAnotherProtocolModuleIsNoticed() {
    ModuleDescriptor planted = module("dev.muster.protocols.planted")
        .requires("dev.muster.spi").requires("org.slf4j").requires("java.base")
        .requires("dev.muster.core").requires("dev.muster.protocols.transport").build();

    assertThat(ModuleLaws.protocolModulesRequireOnlyTheSpi(List.of(planted))).containsExactly(
        "dev.muster.protocols.planted requires dev.muster.core",
        "dev.muster.protocols.planted requires dev.muster.protocols.transport");
  }

  @Test
  void onlyCoreAndApiUseServices() {
    assertThat(ModuleLaws.onlyCoreAndApiUseServices(MODULES)).isEmpty();
  }

  @Test
  void aModuleThatLooksForServicesItselfIsNoticed() {
    List<ModuleDescriptor> planted = List.of(
        module("dev.muster.core").uses("x.Service").build(), module("dev.muster.planted").uses("x.Service").build());

    assertThat(ModuleLaws.onlyCoreAndApiUseServices(planted)).containsExactly("dev.muster.planted uses x.Service");
  }

  @Test
  void aModuleMayLookForWhatItDefinesItself() {
    assertThat(ModuleLaws.onlyCoreAndApiUseServices(List.of(module("dev.muster.planted").uses("dev.muster.planted.Service").build())))
        .isEmpty();
  }

  @Test
  void onlyConfigXmlKnowsJaxb() {
    assertThat(ModuleLaws.onlyConfigXmlKnowsJaxb(MODULES)).isEmpty();
  }

  @Test
  void jaxbOutsideConfigXmlIsNoticed() {
    List<ModuleDescriptor> planted = List.of(
        module("dev.muster.config.xml").requires("jakarta.xml.bind").build(),
        module("dev.muster.core").requires("jakarta.xml.bind").build());

    assertThat(ModuleLaws.onlyConfigXmlKnowsJaxb(planted)).containsExactly("dev.muster.core requires jakarta.xml.bind");
  }

  @Test
  void noPackageLiesInTwoModules() {
    assertThat(ModuleLaws.noPackageLiesInTwoModules(MODULES)).isEmpty();
  }

  @Test
  void aSplitPackageIsNoticed() {
    List<ModuleDescriptor> planted = List.of(
        module("dev.muster.a").packages(Set.of("dev.muster.shared")).build(),
        module("dev.muster.b").packages(Set.of("dev.muster.shared", "dev.muster.b")).build());

    assertThat(ModuleLaws.noPackageLiesInTwoModules(planted))
        .containsExactly("package dev.muster.shared lies in [dev.muster.a, dev.muster.b]");
  }

  @Test
  void everyPackageLiesUnderItsModulesName() {
    assertThat(ModuleLaws.everyPackageLiesUnderItsModulesName(MODULES)).isEmpty();
  }

  @Test
  void aPackageUnderAnotherModulesNameIsNoticed() {
    ModuleDescriptor planted = module("dev.muster.a")
        .packages(Set.of("dev.muster.a", "dev.muster.a.wire", "dev.muster.apart")).build();

    assertThat(ModuleLaws.everyPackageLiesUnderItsModulesName(List.of(planted)))
        .containsExactly("package dev.muster.apart lies in dev.muster.a");
  }

  private static ModuleDescriptor.Builder module(String name) {
    return ModuleDescriptor.newModule(name);
  }
}
