package dev.muster.cli;

import dev.muster.api.LayerDefinition;
import dev.muster.api.ProtocolType;
import dev.muster.api.SharedThreads;
import dev.muster.api.StackBuilder;
import dev.muster.api.StackDefinition;
import dev.muster.cli.perf.MusterContestant.Reception;
import dev.muster.security.KeyFile;
import dev.muster.security.KeyRing;
import dev.muster.security.PreSharedKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A form in which Muster is measured.
 *
 * <pre>
 * muster             the stack of the command line, received in batches
 * muster-plain       the same, received message by message; so are all whose name ends so
 * muster-inline      the same, received by the thread that reads; so are all whose name ends so
 * muster-encrypted   the same with ENCRYPT
 * muster-in-one-jvm  the same without sockets, on threads that all members share
 * muster-udp         udp.xml; other stacks that ship likewise
 * </pre>
 *
 * @param variant what stands between {@code muster-} and how it is received
 * @param reception how messages are received
 */
record MusterForm(String variant, Reception reception) {

    private static final String PLAIN = "-plain";
    private static final String INLINE = "-inline";
    private static final String IN_ONE_JVM = "in-one-jvm";
    private static final int FIRST_PORT = 7800;
    private static final int KNOWN = 10;

    static MusterForm of(String name) {
        String rest = name.substring(Contestants.MUSTER.length());
        Reception reception = rest.endsWith(PLAIN) ? Reception.ONE_BY_ONE
                : rest.endsWith(INLINE) ? Reception.INLINE : Reception.IN_BATCHES;
        String variant = rest.replace(PLAIN, "").replace(INLINE, "");
        return new MusterForm(variant.isEmpty() ? "" : variant.substring(1), reception);
    }

    /** What it runs. */
    StackDefinition stack(StackSource source) {
        return switch (variant) {
            case "" -> source.definition();
            case "encrypted" -> encrypted(source.definition());
            case IN_ONE_JVM -> inOneJvm(source.definition());
            default -> source.shipped(variant);
        };
    }

    /** What it runs on, if that is shared. */
    Optional<SharedThreads> threads() {
        return variant.equals(IN_ONE_JVM) ? Optional.of(SharedThreads.create()) : Optional.empty();
    }

    /** Right above the transport. */
    private static StackDefinition encrypted(StackDefinition definition) {
        List<LayerDefinition> layers = new ArrayList<>(definition.layers());
        StackDefinition encrypt = StackBuilder.create().add("ENCRYPT", Map.of("key_file", keyFile().toString())).definition();
        layers.add(1, encrypt.layers().get(0));
        return new StackDefinition(definition.origin(), layers, definition.options());
    }

    /** The same in every process: it protects nothing. */
    private static Path keyFile() {
        byte[] key = new byte[PreSharedKey.BYTES];
        for (int index = 0; index < key.length; index++) {
            key[index] = (byte) index;
        }
        try {
            Path folder = Files.createTempDirectory("muster-perf");
            Path file = folder.resolve("key");
            new KeyFile(file).write(KeyRing.of(PreSharedKey.of(key)));
            folder.toFile().deleteOnExit();
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("no key file can be written: " + e.getMessage(), e);
        }
    }

    /** As JGroups' own stack for that: failures are noticed by silence alone. Whoever comes asks the first ten. */
    private static StackDefinition inOneJvm(StackDefinition definition) {
        String hosts = IntStream.range(FIRST_PORT, FIRST_PORT + KNOWN).mapToObj(port -> "127.0.0.1[" + port + "]")
                .collect(Collectors.joining(","));
        return StackBuilder.of(definition)
                .replace(ProtocolType.of("TCP"), "LOOPBACK", Map.of("start_port", String.valueOf(FIRST_PORT)))
                .replace(ProtocolType.of("TCPPING"), "TCPPING", Map.of("initial_hosts", hosts, "num_initial_members", "2"))
                .remove(ProtocolType.of("FD_SOCK"))
                .definition();
    }
}
