package dev.muster.security;

import dev.muster.api.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * A file of keys, for the eyes of its owner only. Safe for use by any thread; everything here blocks.
 */
public final class KeyFile {

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);
    private static final int MOST_BYTES = 1 << 16;

    private final Path path;

    /**
     * Name a file.
     *
     * @param path existing or not
     */
    public KeyFile(Path path) {
        this.path = path;
    }

    /**
     * Read the keys.
     *
     * @return the ring
     * @throws ConfigurationException if the file can't be read or holds no keys; says what to do
     */
    public KeyRing read() {
        try {
            if (Files.size(path) > MOST_BYTES) {
                throw new ConfigurationException(path + ": " + Files.size(path) + " bytes, expected a key file of at most "
                        + MOST_BYTES + "; make one with: muster key FILE");
            }
            return KeyRing.parse(Files.readString(path), path.toString());
        } catch (NoSuchFileException e) {
            throw new ConfigurationException(path + ": there is no such key file; make one with: muster key " + path
                    + ", and give it to all members", e);
        } catch (IOException e) {
            throw new ConfigurationException(path + ": the key file can't be read: " + e + "; check path and permissions", e);
        }
    }

    /**
     * Write the keys, readable by the owner only where the file system knows such a thing. Whoever reads at the same time
     * gets the old keys or the new ones.
     *
     * @param keys replace what is there
     * @throws IOException if that fails; the file is as it was then
     */
    public void write(KeyRing keys) throws IOException {
        Path absolute = path.toAbsolutePath();
        Path fresh = Files.createTempFile(absolute.getParent(), "." + absolute.getFileName(), ".new", ownerOnly(absolute));
        try {
            Files.writeString(fresh, keys.text(), StandardOpenOption.TRUNCATE_EXISTING);
            Files.move(fresh, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)} : new FileAttribute<?>[0];
    }

    /** What to do if others than the owner can read or replace the keys; empty where that can't be found out. */
    Optional<String> openness() {
        try {
            return Files.getPosixFilePermissions(path).stream().anyMatch(OTHERS::contains)
                    ? Optional.of(path + " is open to others than its owner; chmod 600 it, and rotate the key if others had"
                            + " access") : Optional.empty();
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
