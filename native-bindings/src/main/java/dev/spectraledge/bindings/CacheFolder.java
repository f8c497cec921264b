package dev.spectraledge.bindings;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A folder of the cache in which nobody but this user and root can put, change or replace anything: what was checked in it
 * is still the same when it is loaded. Links inside of the cache are not followed.
 *
 * <p>Whatever others could have changed is refused with an {@link IOException} whose message is one line that says what to
 * do about it.
 */
public final class CacheFolder {
    private static final String ELSEWHERE = "set " + CacheDirectory.VARIABLE + " to a folder of your own";

    private final Path root;
    private final Path path;

    private CacheFolder(Path root, Path path) {
        this.root = root;
        this.path = path;
    }

    /**
     * The whole cache, made where it is missing. Links that lead to it are followed.
     *
     * @throws IOException when it cannot be made, or others can change what is in it
     */
    public static CacheFolder open(Path directory) throws IOException {
        Path root;
        try {
            Files.createDirectories(directory, FileAccess.ofNewFolder());
            root = directory.toRealPath();
        } catch (IOException e) {
            throw new IOException(
                    "cannot make the cache " + directory + " (" + e.getClass().getSimpleName() + "): " + ELSEWHERE, e);
        }
        CacheFolder cache = new CacheFolder(root, root);
        cache.requireOwn(root);
        for (Path above = root.getParent(); above != null; above = above.getParent()) {
            Optional<FileAccess> access = FileAccess.of(above).filter(FileAccess::othersMayReplaceEntries);
            if (access.isPresent()) {
                throw new IOException("the cache " + root + " is in " + above + ", where others can replace it (mode "
                        + access.get().permissions() + "): run chmod go-w " + above + ", or " + ELSEWHERE);
            }
        }
        return cache;
    }

    /** Where it is, without a link on the way. */
    public Path path() {
        return path;
    }

    /**
     * A folder in this one, made where it is missing.
     *
     * @throws IOException when it cannot be made, is a link or something else, or others can change what is in it
     */
    public CacheFolder folder(String name) throws IOException {
        Path folder = path.resolve(name);
        try {
            Files.createDirectory(folder, FileAccess.ofNewFolder());
        } catch (FileAlreadyExistsException exists) {
            // Made before, by this program or by somebody else: that is what the checks are for.
        } catch (IOException e) {
            throw new IOException(
                    "cannot write to the cache " + root + " (" + e.getClass().getSimpleName() + "): " + ELSEWHERE, e);
        }
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(folder + " in the cache is no folder (links are not followed): delete it");
        }
        requireOwn(folder);
        return new CacheFolder(root, folder);
    }

    /** Whether there is something of this name, whatever it is. */
    boolean holds(String name) {
        return Files.exists(path.resolve(name), LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * A file of this folder.
     *
     * @throws IOException when it is missing, is a link or something else, or others can change it
     */
    Path file(String name) throws IOException {
        Path file = path.resolve(name);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(
                    file + " in the cache is missing or no regular file (links are not followed): delete " + path);
        }
        requireOwn(file);
        return file;
    }

    /**
     * What a file of this folder holds, if there is one.
     *
     * @throws IOException when it cannot be read, is a link or something else, or others can change it
     */
    public Optional<byte[]> read(String name) throws IOException {
        return holds(name) ? Optional.of(Files.readAllBytes(file(name))) : Optional.empty();
    }

    /**
     * Puts a file into this folder, whole or not at all, in the place of one that is there.
     *
     * @throws IOException when it cannot be written
     */
    public void write(String name, byte[] content) throws IOException {
        Path temporary = path.resolve(name + ".tmp-" + UUID.randomUUID());
        try {
            try (WritableByteChannel file = create(temporary)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    file.write(bytes);
                }
            }
            Files.move(temporary, path.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new IOException(
                    "cannot write to the cache " + root + " (" + e.getClass().getSimpleName() + "): " + ELSEWHERE, e);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** A new file that others cannot write to. */
    static WritableByteChannel create(Path file) throws IOException {
        return Files.newByteChannel(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), FileAccess.ofNewFile());
    }

    private void requireOwn(Path entry) throws IOException {
        Optional<FileAccess> access = FileAccess.of(entry);
        if (access.isEmpty()) {
            return;
        }
        String name = entry.equals(root) ? "the cache " + entry : entry + " in the cache";
        if (!access.get().isOwn()) {
            throw new IOException(name + " belongs to " + access.get().ownerName() + ": " + ELSEWHERE);
        }
        if (access.get().othersMayChange()) {
            throw new IOException("others can write to " + name + " (mode "
                    + access.get().permissions() + "): delete it or, if you trust what it holds, run chmod -R go-w "
                    + root + ", or " + ELSEWHERE);
        }
    }
}
