package dev.muster.cli;

import dev.muster.api.MusterException;
import dev.muster.security.KeyFile;
import dev.muster.security.KeyRing;
import dev.muster.security.PreSharedKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes and changes files of keys; never prints a key. */
@Command(name = "key", mixinStandardHelpOptions = true,
        description = "Make a key file for the protocol ENCRYPT, or replace the key of one.",
        footer = {"To replace a key while the group works, do each step in the files of all members, and wait for",
            "reload_interval (10 s) before the next: --add, give the new file to all; --seal-with ID; --remove ID.",
            "Exit codes: 0 done, 1 it did not work, 2 wrong call."})
final class Key implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "the key file; made, with one new key, if no option is given")
    private Path file;

    @ArgGroup
    private Change change;

    @Option(names = "--json", description = "print JSON")
    private boolean json;

    /** What is to be done with a file that exists; one thing at a time. */
    private static final class Change {
        @Option(names = "--add", required = true, description = "add a new key, which opens but does not seal yet")
        private boolean add;

        @Option(names = "--seal-with", required = true, paramLabel = "ID", description = "seal with this key from now on")
        private String sealWith;

        @Option(names = "--remove", required = true, paramLabel = "ID", description = "forget this key")
        private String remove;

        @Option(names = "--list", required = true, description = "tell the ids and change nothing")
        private boolean list;
    }

    Key() {}

    @Override
    public Integer call() {
        KeyFile keyFile = new KeyFile(file);
        KeyRing keys;
        if (change == null) {
            if (Files.exists(file)) {
                throw new ParameterException(spec.commandLine(), file + " exists already, and whoever uses it would be locked"
                        + " out by another key; add one with --add, or name another file");
            }
            keys = KeyRing.of(fresh());
        } else {
            keys = changed(keyFile.read());
        }
        if (change == null || !change.list) {
            write(keyFile, keys);
        }
        print(keys);
        return 0;
    }

    private static void write(KeyFile file, KeyRing keys) {
        try {
            file.write(keys);
        } catch (IOException e) {
            throw new MusterException(file + ": can't be written: " + e + "; check folder and permissions", e);
        }
    }

    private KeyRing changed(KeyRing keys) {
        try {
            if (change.add) {
                return keys.with(fresh());
            }
            if (change.sealWith != null) {
                return keys.sealingWith(change.sealWith);
            }
            return change.remove == null ? keys : keys.without(change.remove);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), file + ": " + e.getMessage(), e);
        }
    }

    private static PreSharedKey fresh() {
        byte[] bytes = new byte[PreSharedKey.BYTES];
        new SecureRandom().nextBytes(bytes);
        return PreSharedKey.of(bytes);
    }

    private void print(KeyRing keys) {
        PrintWriter out = spec.commandLine().getOut();
        List<String> ids = keys.keys().stream().map(PreSharedKey::id).toList();
        if (json) {
            Map<String, Object> values = new LinkedHashMap<>();
            values.put("file", file.toString());
            values.put("sealsWith", ids.get(0));
            values.put("opens", ids);
            out.println(Json.of(values));
            return;
        }
        for (String id : ids) {
            out.println(id + (id.equals(ids.get(0)) ? "  seals and opens" : "  opens"));
        }
    }
}
