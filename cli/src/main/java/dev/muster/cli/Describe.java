package dev.muster.cli;

import dev.muster.core.Assembler;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says what is installed: every protocol with every setting. */
@Command(name = "describe", mixinStandardHelpOptions = true,
        description = "Show every protocol and setting, with default, range, unit, meaning and module.")
final class Describe implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "PROTOCOL", description = "show this one only; name or alias, in any case")
    private String protocol;

    @Option(names = "--json", description = "print JSON")
    private boolean json;

    Describe() {}

    @Override
    public Integer call() {
        List<ProtocolPage> pages = ProtocolPage.all(Assembler.installed().providers());
        List<ProtocolPage> wanted = protocol == null ? pages : named(pages);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.of(protocol == null ? wanted.stream().map(ReferenceText::values).toList()
                    : ReferenceText.values(wanted.get(0))));
        } else {
            wanted.forEach(page -> out.println(ReferenceText.plain(page)));
        }
        return 0;
    }

    private List<ProtocolPage> named(List<ProtocolPage> pages) {
        List<ProtocolPage> found = pages.stream().filter(page -> page.isCalled(protocol)).toList();
        if (found.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "protocol " + protocol + " is not installed; installed are "
                    + String.join(", ", pages.stream().map(ProtocolPage::name).toList()));
        }
        return found;
    }
}
