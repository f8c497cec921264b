package dev.spectraledge.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.kernels.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CubinsTest {
    private static final int ARCHITECTURE = 90;

    @TempDir
    private Path folder;

    @BeforeAll
    static void findCompiler() {
        EmulatedCuda.start();
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    @Test
    void whatHasBeenCompiledIsKept() throws IOException {
        Path kept = folder.resolve("not there yet");
        byte[] image = new Cubins(ARCHITECTURE, kept).image("vectors", DType.FLOAT32);

        assertThat(files(kept)).singleElement().satisfies(file -> {
            assertThat(Files.readAllBytes(file)).isEqualTo(image);
            assertThat(file.getFileName().toString()).matches("[0-9a-f]{64}");
            // What is in the file is what counts from now on.
            Files.write(file, new byte[] {1, 2, 3});
        });
        assertThat(new Cubins(ARCHITECTURE, kept).image("vectors", DType.FLOAT32))
                .containsExactly(1, 2, 3);
    }

    @Test
    void typesArchitecturesAndSourcesAreToldApart() throws IOException {
        new Cubins(ARCHITECTURE, folder).image("vectors", DType.FLOAT32);
        new Cubins(ARCHITECTURE, folder).image("vectors", DType.FLOAT64);
        new Cubins(80, folder).image("vectors", DType.FLOAT32);
        new Cubins(ARCHITECTURE, folder).image("gelu", DType.FLOAT32);

        assertThat(files(folder)).hasSize(4);
    }
}
