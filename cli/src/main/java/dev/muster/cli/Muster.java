package dev.muster.cli;

import java.lang.module.ModuleDescriptor;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code muster} command; each thing that it can do is a subcommand with a class of its own. */
@Command(name = "muster", mixinStandardHelpOptions = true, versionProvider = Muster.Version.class,
    description = "Run, check and explore groups.")
public final class Muster implements Runnable {

  @Spec
  private CommandSpec spec;

  /** Create the command without its subcommands running. */
  public Muster() {
  }

  /** Run the command and exit with its status. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Muster()).execute(args));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command? see muster --help");
  }

  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      // the version stands in the module descriptor; on the class path there is none to ask
      ModuleDescriptor descriptor = Muster.class.getModule().getDescriptor();
      Optional<String> version = descriptor == null ? Optional.empty() : descriptor.rawVersion();
      return new String[] {"muster " + version.orElse("(version unknown on the class path)")};
    }
  }
}
