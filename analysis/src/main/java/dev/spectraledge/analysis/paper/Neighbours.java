package dev.spectraledge.analysis.paper;

import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What lies around the directory of a page, for links that go with the whole folder. */
final class Neighbours {
    private static final String README = "README.md";
    /** Lies beside the README that is the program's. */
    private static final String LAUNCHER = "sedge";

    private final Path directory;

    Neighbours(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
    }

    /**
     * Links to the pages of another paper, by what is left of the names of their directories: of {@code lifecycle-dyck/lifecycle.html}
     * it is {@code dyck}, of {@code lifecycle/lifecycle.html} the key itself.
     */
    Map<String, String> pages(String key) {
        Map<String, String> pages = new TreeMap<>();
        for (Path sibling : siblings()) {
            String name = sibling.getFileName().toString();
            boolean isOfPaper = name.equals(key) || name.startsWith(key + "-");
            if (isOfPaper && Files.exists(sibling.resolve(key + ".html"))) {
                pages.put(
                        name.equals(key) ? key : name.substring(key.length() + 1), "../" + name + "/" + key + ".html");
            }
        }
        return pages;
    }

    private List<Path> siblings() {
        Path parent = directory.getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            return List.of();
        }
        try (Stream<Path> siblings = Files.list(parent)) {
            return siblings.filter(sibling -> !sibling.equals(directory))
                    .filter(Files::isDirectory)
                    .toList();
        } catch (IOException failure) {
            throw RunException.of("cannot read", parent, failure);
        }
    }

    /** A link to the README of the program that the directory lies in; empty where it lies elsewhere. */
    Optional<String> readme() {
        for (Path above = directory.getParent(); above != null; above = above.getParent()) {
            if (Files.exists(above.resolve(LAUNCHER)) && Files.exists(above.resolve(README))) {
                return Optional.of(
                        directory.relativize(above.resolve(README)).toString().replace('\\', '/'));
            }
        }
        return Optional.empty();
    }
}
