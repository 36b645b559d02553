package dev.muster.cli;

import dev.muster.api.ConfigurationException;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.router.Router;
import dev.muster.router.RouterSettings;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A router until it is told to end. Its options are the router's settings. */
@Command(name = "router", mixinStandardHelpOptions = true,
        description = "Be a router: members that can't reach one another meet here (TUNNEL, TCPGOSSIP, PING).")
final class RouterCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--until-input-ends", description = "stop when standard input ends, too")
    private boolean untilInputEnds;

    RouterCommand() {}

    /** The command with an option for each setting: a flag needs no value. */
    static CommandSpec specification() {
        CommandSpec made = CommandSpec.forAnnotatedObject(new RouterCommand());
        for (Setting<?> setting : RouterSettings.ALL) {
            made.addOption(OptionSpec.builder("--" + setting.name()).type(String.class).paramLabel("VALUE")
                    .arity(setting.kind().equals("flag") ? "0..1" : "1").fallbackValue("true")
                    .description(description(setting)).build());
        }
        return made;
    }

    private static <T> String description(Setting<T> setting) {
        String initial = setting.initial().map(setting::format).orElse("");
        return (setting.meaning() + " (default " + initial + ")").replace("%", "%%");
    }

    private Settings settings() {
        Settings settings = new Settings().set(RouterSettings.INSECURE, Boolean.getBoolean("muster.insecure"));
        for (Setting<?> setting : RouterSettings.ALL) {
            String given = spec.findOption("--" + setting.name()).getValue();
            if (given != null) {
                assign(settings, setting, given);
            }
        }
        return settings;
    }

    private static void assign(Settings settings, Setting<?> setting, String given) {
        try {
            settings.assign(setting, setting.parse(given));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("router: --" + setting.name() + "=" + given + ": " + e.getMessage(), e);
        }
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        try (Router router = new Router(settings())) {
            spec.commandLine().getOut().println("router listens on " + router.start());
            spec.commandLine().getOut().flush();
            Runtime.getRuntime().addShutdownHook(new Thread(router::close, "muster-router-stop"));
            if (untilInputEnds) {
                while (System.in.read() >= 0) {
                    continue;
                }
            } else {
                new CountDownLatch(1).await();
            }
        }
        return 0;
    }
}
