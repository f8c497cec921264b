package dev.spectraledge.trainer.run;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.io.RegularFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps two processes from writing into one run directory. The operating system releases the lock when the process ends,
 * however it ends; the file stays.
 */
final class RunLock implements AutoCloseable {
    static final String FILE_NAME = ".lock";
    /** Far more than the number of a process has. */
    private static final long LONGEST = 100;

    /**
     * What this process has locked. POSIX releases a process's lock as soon as it closes any descriptor of the file, so a
     * file that is locked here must not be opened a second time.
     */
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path key;
    private final FileChannel channel;

    private RunLock(Path key, FileChannel channel) {
        this.key = key;
        this.channel = channel;
    }

    /**
     * Locks {@code directory}.
     *
     * @throws RunInUseException with one line that says who uses it
     */
    static RunLock acquire(Path directory) {
        Path file = directory.resolve(FILE_NAME);
        String thisProcess = Long.toString(ProcessHandle.current().pid());
        try {
            Path key = directory.toRealPath();
            if (!HELD_HERE.add(key)) {
                throw inUse(directory, thisProcess);
            }
            FileChannel channel = null;
            try {
                channel = RegularFile.openOwn(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                if (channel.tryLock() == null) {
                    throw inUse(
                            directory,
                            Printable.value(RegularFile.ownText(file, LONGEST).strip()));
                }
                channel.truncate(0).write(StandardCharsets.UTF_8.encode(thisProcess + "\n"));
                return new RunLock(key, channel);
            } catch (IOException | RuntimeException failure) {
                HELD_HERE.remove(key);
                if (channel != null) {
                    channel.close();
                }
                throw failure;
            }
        } catch (IOException failure) {
            throw RunException.of("cannot lock", file, failure);
        }
    }

    private static RunInUseException inUse(Path directory, String process) {
        return new RunInUseException(directory + ": process " + process + " is writing into this run directory");
    }

    /** Whether somebody, this process or another, holds the lock now. */
    static boolean isHeld(Path directory) {
        Path file = directory.resolve(FILE_NAME);
        try {
            if (HELD_HERE.contains(directory.toRealPath())) {
                return true;
            }
            try (FileChannel channel = RegularFile.openOwn(file, StandardOpenOption.READ)) {
                return channel.tryLock(0, Long.MAX_VALUE, true) == null;
            } catch (NoSuchFileException absent) {
                return false;
            }
        } catch (IOException failure) {
            throw RunException.of("cannot read", file, failure);
        }
    }

    /** Releases the lock; closing twice does nothing. */
    @Override
    public void close() {
        if (!channel.isOpen()) {
            return;
        }
        try {
            channel.close();
        } catch (IOException failure) {
            throw new RunException("cannot release the lock of " + key + ": " + RunException.reason(failure), failure);
        } finally {
            HELD_HERE.remove(key);
        }
    }
}
