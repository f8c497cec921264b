package dev.spectraledge.trainer;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * Reference trajectories computed with PyTorch. They are too large for this repository: the tests look for them at the
 * system property {@code golden.dir}, then in {@code ../shared/golden} beside the repository, and are skipped where
 * there are none.
 */
public final class GoldenFiles {
    private GoldenFiles() {}

    public static Path get(String relative) {
        String property = System.getProperty("golden.dir");
        Path folder = property != null ? Path.of(property) : Path.of("..", "..", "shared", "golden");
        Path file = folder.resolve(relative);
        Assumptions.assumeTrue(
                Files.exists(file),
                () -> "no reference trajectories: " + file + " is missing (set -Dgolden.dir to their folder)");
        return file;
    }
}
