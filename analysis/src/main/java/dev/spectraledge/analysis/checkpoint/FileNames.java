package dev.spectraledge.analysis.checkpoint;

import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Names of files and what is in folders. */
final class FileNames {
    private FileNames() {}

    static String of(Path path) {
        Path name = path.getFileName();
        return name == null ? path.toString() : name.toString();
    }

    /** Whether the name has one of these ends, in small letters or capitals. */
    static boolean endsWith(Path path, String... ends) {
        String name = of(path).toLowerCase(Locale.ROOT);
        return Stream.of(ends).anyMatch(name::endsWith);
    }

    /** What is in a folder, sorted by name. */
    static List<Path> in(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException failure) {
            throw RunException.of("cannot read directory", folder, failure);
        }
    }
}
