package dev.spectraledge.trainer.io;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A mounted file system of 64 KiB, for tests of what happens when it is full. Needs the right to mount one. */
public final class FullDisk implements AutoCloseable {
    private final Path folder;

    private FullDisk(Path folder) {
        this.folder = folder;
    }

    /** Mounts one on the empty folder, or skips the test. */
    public static FullDisk mountOrSkip(Path folder) throws IOException {
        Files.createDirectories(folder);
        assumeTrue(
                succeeds("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder.toString()),
                "this process may not mount a small file system to fill it up");
        return new FullDisk(folder);
    }

    public Path folder() {
        return folder;
    }

    private static boolean succeeds(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException noSuchCommand) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        if (!succeeds("umount", folder.toString())) {
            throw new IllegalStateException("cannot unmount " + folder);
        }
    }
}
