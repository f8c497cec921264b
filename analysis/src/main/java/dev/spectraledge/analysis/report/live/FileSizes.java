package dev.spectraledge.analysis.report.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The state of a folder that others write: names, sizes and times of its files, without those of folders in it. */
public final class FileSizes {
    private FileSizes() {}

    /** Equal to an earlier one unless a file was written, came or went; empty where the folder cannot be read. */
    public static Map<Path, Object> of(Path folder) {
        Map<Path, Object> sizes = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .forEach(file -> sizes.put(file, size(file)));
        } catch (IOException unreadable) {
            return Map.of();
        }
        return sizes;
    }

    private static Object size(Path file) {
        try {
            return Files.size(file) + " at " + Files.getLastModifiedTime(file).toMillis();
        } catch (IOException gone) {
            return "gone";
        }
    }
}
