package dev.spectraledge.analysis.checkpoint;

import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.file.Path;

/** The folder that the user named: no link and no name in a file leads out of it. */
final class Boundary {
    private final Path folder;
    private final Path real;

    private Boundary(Path folder, Path real) {
        this.folder = folder;
        this.real = real;
    }

    static Boundary of(Path folder) {
        return new Boundary(folder, real(folder));
    }

    /**
     * The same path, known to be inside.
     *
     * @throws RunException if it leads elsewhere through a symbolic link, or nowhere
     */
    Path require(Path path) {
        if (!real(path).startsWith(real)) {
            throw new RunException(path + ": is a link out of " + folder + ", which is not followed");
        }
        return path;
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException failure) {
            throw RunException.of("cannot read", path, failure);
        }
    }
}
