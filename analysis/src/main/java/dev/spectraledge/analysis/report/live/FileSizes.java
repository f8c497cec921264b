package dev.spectraledge.analysis.report.live;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** How files look that others write: names, sizes and times of change. */
public final class FileSizes {
    private FileSizes() {}

    /** Of a folder, without what is in the folders in it. */
    public static Map<Path, Object> of(Path folder) {
        return of(folder, 1);
    }

    /**
     * Equal to an earlier one unless a file was written, came or went; empty where nothing can be read.
     *
     * @param path a file, or a folder of files
     * @param depth folders to go down from it
     */
    public static Map<Path, Object> of(Path path, int depth) {
        Map<Path, Object> sizes = new TreeMap<>();
        try (Stream<Path> files = Files.walk(path, depth)) {
            files.filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
                    .forEach(file -> sizes.put(file, size(file)));
        } catch (IOException | UncheckedIOException unreadable) {
            return Map.of();
        }
        return sizes;
    }

    private static Object size(Path file) {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return attributes.size() + " at " + attributes.lastModifiedTime();
        } catch (IOException gone) {
            return "gone";
        }
    }
}
