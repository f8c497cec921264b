package dev.spectraledge.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KernelSourcesTest {
    static List<String> stems() {
        return KernelSources.STEMS;
    }

    @Test
    void allFilesAreListed() throws IOException, URISyntaxException {
        Path folder =
                Path.of(KernelSources.class.getResource("common.cuh").toURI()).getParent();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith(".cu"))
                            .map(name -> name.substring(0, name.length() - ".cu".length()))
                            .sorted())
                    .isEqualTo(KernelSources.STEMS);
        }
    }

    @ParameterizedTest
    @MethodSource("stems")
    void aSourceNeedsNoOtherFile(String stem) {
        String text = KernelSources.text(stem);

        assertThat(text.lines()).noneMatch(line -> line.startsWith("#include"));
        assertThat(text).contains("extern \"C\" __global__").contains("struct View");
    }
}
