package dev.spectraledge.analysis.offline;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The folder of reference trajectories, which is not part of the repository. */
public final class GoldenFolder {
    private GoldenFolder() {}

    /**
     * A folder inside it: that of the system property {@code golden.dir}, or {@code shared/golden} beside the repository.
     * The test is skipped where there is none.
     */
    public static Path require(String name) {
        String property = System.getProperty("golden.dir");
        Path folder = property != null
                ? Path.of(property)
                : Path.of("")
                        .toAbsolutePath()
                        .getParent()
                        .resolveSibling("shared")
                        .resolve("golden");
        Path wanted = folder.resolve(name);
        Assumptions.assumeTrue(
                Files.isDirectory(wanted), "skipped: there is no " + wanted + " (set -Dgolden.dir=FOLDER)");
        return wanted;
    }
}
