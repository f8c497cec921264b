package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnalyzeCommandTest {
    @TempDir
    private Path folder;

    @Test
    void aFolderWithoutCheckpointsGetsOneLine() {
        refused("missing", folder.resolve("missing"));
        refused("no checkpoints", folder);
    }

    @Test
    void aTruncatedCheckpointGetsOneLine() throws IOException {
        for (int step = 0; step < 3; step++) {
            Files.write(folder.resolve("step_00000" + step + ".safetensors"), new byte[] {9, 0, 0});
        }
        refused("step_000000.safetensors", folder);
    }

    private void refused(String expected, Path checkpoints) {
        Outcome outcome = sedge("analyze", checkpoints, "--out", folder.resolve("out"));
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err().lines())
                .singleElement()
                .asString()
                .startsWith("sedge: ")
                .contains(expected)
                .doesNotContain("internal error");
    }
}
