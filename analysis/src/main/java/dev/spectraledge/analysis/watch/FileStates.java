package dev.spectraledge.analysis.watch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** How files look that somebody may be writing: names, sizes and times of change. */
final class FileStates {
    private static final int DEEPEST = 2;

    private FileStates() {}

    /** Of a file, or of all files in a folder; equal to another one if nothing was written in between. */
    static List<String> of(Path path) {
        try (Stream<Path> files = Files.walk(path, DEEPEST)) {
            return files.sorted().map(FileStates::state).toList();
        } catch (IOException | UncheckedIOException vanished) {
            return List.of();
        }
    }

    private static String state(Path file) {
        try {
            boolean regular = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
            return file + " " + (regular ? Files.size(file) : -1) + " "
                    + Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException vanished) {
            return file + " is gone";
        }
    }
}
