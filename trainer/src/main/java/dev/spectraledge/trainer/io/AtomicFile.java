package dev.spectraledge.trainer.io;

import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Writes files that appear whole or not at all: the content goes to a temporary file in the same folder, is forced to
 * disk, and then takes the place of the old file in one atomic move. A process killed at any instant leaves either the
 * old file or the new one.
 *
 * <p>With this class's logger at TRACE each change of the disk is told, so that it can be looked at as a killed process would
 * leave it.
 */
public final class AtomicFile {
    private static final System.Logger LOGGER = System.getLogger(AtomicFile.class.getName());
    private static final String TEMPORARY_SUFFIX = ".partial";

    private AtomicFile() {}

    /** Produces the content of a file. */
    @FunctionalInterface
    public interface Content {
        void writeTo(FileChannel channel) throws IOException;
    }

    /** Writes {@code text} as UTF-8. */
    public static void write(Path file, String text) {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes {@code bytes}. */
    public static void write(Path file, byte[] bytes) {
        write(file, channel -> writeFully(channel, ByteBuffer.wrap(bytes)));
    }

    /**
     * Writes what {@code content} produces.
     *
     * @throws RunException with one line if anything fails; no temporary file stays behind and an old file is untouched
     */
    public static void write(Path file, Content content) {
        Path folder = file.toAbsolutePath().getParent();
        Path temporary = null;
        try {
            temporary = folder.resolve(temporaryName(file));
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                content.writeTo(channel);
                channel.force(true);
            }
            trace("unfinished", file);
            move(temporary, file);
            trace("whole", file);
        } catch (IOException failure) {
            discard(temporary, failure);
            throw RunException.of("cannot write", file, failure);
        } catch (RuntimeException | Error failure) {
            discard(temporary, failure);
            throw failure;
        }
    }

    /** Makes no garbage where nobody listens. */
    static void trace(String what, Path file) {
        if (LOGGER.isLoggable(System.Logger.Level.TRACE)) {
            LOGGER.log(System.Logger.Level.TRACE, what + ": " + file);
        }
    }

    /** Unlike the platform's temporary files, one of this name gets the permissions that the user's files have. */
    private static String temporaryName(Path file) {
        String unique = Long.toHexString(ThreadLocalRandom.current().nextLong());
        return "." + file.getFileName() + "-" + unique + TEMPORARY_SUFFIX;
    }

    /** Whether {@code file} is what a killed process left of an unfinished write. */
    public static boolean isLeftover(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith(".") && name.endsWith(TEMPORARY_SUFFIX);
    }

    static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static void move(Path temporary, Path file) throws IOException {
        try {
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException unsupported) {
            throw new IOException("the file system cannot replace files atomically", unsupported);
        }
    }

    private static void discard(Path temporary, Throwable failure) {
        if (temporary != null) {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException second) {
                failure.addSuppressed(second);
            }
        }
    }
}
