package dev.muster.archtests;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Provides;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.ModuleVisitor;
import org.objectweb.asm.Opcodes;

/** Providers are declared twice, for the module path and for the class path. Both must find the same ones. */
class ServiceFilesTest {

  @ParameterizedTest
  @MethodSource("dev.muster.archtests.CompiledModule#all")
  void theClassPathFindsTheProvidersThatTheModulePathFinds(CompiledModule module) {
    assertThat(module.services())
        .as("META-INF/services of %s, compared with `provides` in its module-info", module)
        .isEqualTo(provided(module.descriptor()));
  }

  @Test
  void aProviderThatOnlyTheClassPathFindsIsNoticed(@TempDir Path folder) throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(services.resolve("x.Service"), "# one is declared\nx.Declared\n\nx.Forgotten # in module-info\n");
    try (OutputStream out = Files.newOutputStream(folder.resolve("module-info.class"))) {
      out.write(moduleInfoThatProvides("x/Service", "x/Declared"));
    }
    Files.createDirectories(folder.resolve("x"));
    Files.write(folder.resolve("x/Declared.class"), new byte[0]);

    CompiledModule planted = CompiledModule.at(folder);

    assertThat(provided(planted.descriptor())).isEqualTo(Map.of("x.Service", Set.of("x.Declared")));
    assertThat(planted.services()).isEqualTo(Map.of("x.Service", Set.of("x.Declared", "x.Forgotten")));
  }

  private static Map<String, Set<String>> provided(ModuleDescriptor descriptor) {
    return descriptor.provides().stream().collect(toMap(Provides::service, entry -> new TreeSet<>(entry.providers())));
  }

  private static byte[] moduleInfoThatProvides(String service, String provider) {
    ClassWriter writer = new ClassWriter(0);
    writer.visit(Opcodes.V17, Opcodes.ACC_MODULE, "module-info", null, null, null);
    ModuleVisitor module = writer.visitModule("dev.muster.planted", 0, null);
    module.visitRequire("java.base", Opcodes.ACC_MANDATED, null);
    module.visitProvide(service, provider);
    module.visitEnd();
    writer.visitEnd();
    return writer.toByteArray();
  }
}
