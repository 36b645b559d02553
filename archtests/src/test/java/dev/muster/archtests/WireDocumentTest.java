package dev.muster.archtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.spi.HeaderCodec;
import dev.muster.spi.ProtocolProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class WireDocumentTest {

  private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d+) \\| (\\S+) \\| (\\w+) \\|$");

  @Test
  void theTableOfHeaderIdsIsTheOneThatTheProvidersGive() throws IOException {
    String document = Files.readString(Reactor.root().resolve("docs/wire.md"));
    TreeSet<String> documented = ROW.matcher(document).results()
        .map(WireDocumentTest::row).collect(Collectors.toCollection(TreeSet::new));

    TreeSet<String> provided = new TreeSet<>();
    for (ProtocolProvider provider : ServiceLoader.load(ProtocolProvider.class)) {
      for (HeaderCodec<?> codec : provider.headers()) {
        provided.add(codec.id() + " " + provider.type() + " " + codec.type().getSimpleName());
      }
    }
    assertThat(documented).as("rows of the table of header ids in docs/wire.md").isEqualTo(provided).isNotEmpty();
  }

  private static String row(MatchResult row) {
    return row.group(1) + " " + row.group(2) + " " + row.group(3);
  }
}
