package dev.spectraledge.trainer.run;

import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps two processes from writing into one run directory. The operating system releases the lock when the process ends,
 * however it ends; the file stays.
 */
final class RunLock implements AutoCloseable {
    static final String FILE_NAME = ".lock";

    private final FileChannel channel;

    private RunLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Locks {@code directory}, or fails with one line that says who uses it. */
    static RunLock acquire(Path directory) {
        Path file = directory.resolve(FILE_NAME);
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!tryLock(channel, false)) {
                channel.close();
                throw new RunException(directory + ": process "
                        + Files.readString(file).strip() + " is writing into this run directory");
            }
            String process = ProcessHandle.current().pid() + "\n";
            channel.truncate(0).write(ByteBuffer.wrap(process.getBytes(StandardCharsets.UTF_8)));
            return new RunLock(channel);
        } catch (IOException failure) {
            throw RunException.of("cannot lock", file, failure);
        }
    }

    /** Whether somebody, this process or another, holds the lock now. */
    static boolean isHeld(Path directory) {
        Path file = directory.resolve(FILE_NAME);
        if (Files.notExists(file)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return !tryLock(channel, true);
        } catch (IOException failure) {
            throw RunException.of("cannot read", file, failure);
        }
    }

    private static boolean tryLock(FileChannel channel, boolean shared) throws IOException {
        try {
            FileLock lock = channel.tryLock(0, Long.MAX_VALUE, shared);
            return lock != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failure) {
            throw new RunException(
                    "cannot release the lock of a run directory: " + RunException.reason(failure), failure);
        }
    }
}
