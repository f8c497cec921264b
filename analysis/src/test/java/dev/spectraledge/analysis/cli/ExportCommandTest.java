package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.report.SampleRun;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportCommandTest {
    @TempDir
    private Path folder;

    private Path run;
    private Path other;

    @BeforeEach
    void writeRuns() {
        run = SampleRun.writeTo(folder.resolve("run"));
        other = SampleRun.writeTo(folder.resolve("other"));
    }

    @Test
    void filesLieInTheRunDirectoriesUnlessToldOtherwise() throws Exception {
        assertThat(sedge("export", run, other, "--to", "npz"))
                .isEqualTo(new CommandLineRunner.Outcome(
                        0, run.resolve("arrays.npz") + "\n" + other.resolve("arrays.npz") + "\n", ""));
        assertThat(run.resolve("arrays.npz")).hasSameBinaryContentAs(other.resolve("arrays.npz"));
        Path events = folder.resolve("x.tfevents");
        assertThat(sedge("export", run, "--to", "tensorboard", "-o", events).out())
                .isEqualTo(events + "\n");
        assertThat(Files.size(events)).isGreaterThan(1000);
        assertThat(sedge("export", run, "--to", "tensorboard").out())
                .isEqualTo(run.resolve("events.out.tfevents") + "\n");
    }

    @Test
    void whatCannotBeDoneIsOneLine() {
        assertThat(sedge("export", run, "--to", "parquet"))
                .isEqualTo(new CommandLineRunner.Outcome(
                        2, "", "sedge: --to cannot be 'parquet'; it is npz, tensorboard, huggingface or nanogpt\n"));
        assertThat(sedge("export", run, other, "--to", "npz", "-o", "x.npz").err())
                .isEqualTo("sedge: --out names one file, but 2 runs are to be exported\n");
        assertThat(sedge("export", folder, "--to", "npz"))
                .isEqualTo(new CommandLineRunner.Outcome(
                        1,
                        "",
                        "sedge: " + folder + " is not a run directory: it holds no tables, such as metrics.csv\n"));
    }
}
