package dev.muster.archtests;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A module descriptor as sorted lines, without versions and what is always there: two descriptors mean the same when their
 * texts are equal.
 */
final class DescriptorText {

  private DescriptorText() {
  }

  static String of(ModuleDescriptor module) {
    Stream<String> lines = Stream.of(
        module.requires().stream().filter(each -> !each.modifiers().contains(Requires.Modifier.MANDATED))
            .map(each -> "requires " + words(each.modifiers()) + each.name()),
        module.exports().stream().map(each -> "exports " + words(each.modifiers()) + each.source() + to(each.targets())),
        module.opens().stream().map(each -> "opens " + words(each.modifiers()) + each.source() + to(each.targets())),
        module.uses().stream().map(each -> "uses " + each),
        module.provides().stream().flatMap(each ->
            each.providers().stream().map(provider -> "provides " + each.service() + " with " + provider)))
        .flatMap(Stream::sorted);
    String head = (module.isOpen() ? "open " : "") + "module " + module.name() + "\n";
    return head + lines.map(line -> "  " + line + "\n").collect(Collectors.joining());
  }

  private static String words(Collection<? extends Enum<?>> modifiers) {
    return modifiers.stream().map(each -> each.name().toLowerCase(Locale.ROOT) + " ").sorted()
        .collect(Collectors.joining());
  }

  private static String to(Set<String> targets) {
    return targets.isEmpty() ? "" : " to " + String.join(", ", new TreeSet<>(targets));
  }
}
