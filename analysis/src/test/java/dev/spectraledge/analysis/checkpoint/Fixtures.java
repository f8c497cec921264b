package dev.spectraledge.analysis.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The checkpoints that src/test/python/make_checkpoints.py has made, and their numbers. */
public final class Fixtures {
    private Fixtures() {}

    /** A file or folder: {@code flat}, {@code sharded}, {@code bf16}, {@code nanogpt}, {@code trainer} or {@code zero}. */
    public static Path get(String name) {
        try {
            return Path.of(Fixtures.class.getResource(name).toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** A copy that a test may damage. */
    static Path copy(String name, Path target) throws IOException {
        Path source = get(name);
        List<Path> files;
        try (Stream<Path> walked = Files.walk(source)) {
            files = walked.toList();
        }
        for (Path file : files) {
            try {
                Path copied = target.resolve(source.relativize(file).toString());
                Files.createDirectories(copied.getParent());
                if (!Files.isDirectory(copied)) {
                    Files.copy(file, copied);
                }
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
        return target;
    }

    static double[] values(StoredTensor tensor) {
        double[] values = new double[(int) tensor.elements()];
        for (int index = 0; index < values.length; index++) {
            values[index] = tensor.type().real(tensor.data(), index);
        }
        return values;
    }
}
