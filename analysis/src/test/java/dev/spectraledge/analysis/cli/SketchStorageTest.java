package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.trainer.io.CsvReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sedge run --storage sketch}. */
class SketchStorageTest {
    private static final List<String> RUN = List.of(
            "run",
            "dyck",
            "model.width=16",
            "model.heads=2",
            "model.feedForwardWidth=16",
            "task.sequences=80",
            "training.stopOn=null",
            "evaluation.every=20",
            "checkpoints.resumeEvery=7",
            "device=cpu",
            "--threads",
            "1",
            "--stride",
            "3",
            "--window",
            "4");

    @TempDir
    private Path folder;

    @Test
    void aRunThatGoesOnHasTheBytesOfOneThatWasLeftAlone() throws IOException {
        Path whole = folder.resolve("whole");
        Path halves = folder.resolve("halves");
        done(run("--storage", "sketch", "--steps", 60, "--out", whole));
        done(run("--storage", "sketch", "--steps", 26, "--out", halves));
        done(sedge("run", "--resume", halves, "--steps", 60));
        assertThat(halves.resolve("spectrum.csv")).hasSameBinaryContentAs(whole.resolve("spectrum.csv"));
        CsvReader table = CsvReader.read(whole.resolve("spectrum.csv"));
        assertThat(table.column("sketch_dimension")).containsOnly(40);
        assertThat(Files.readString(whole.resolve("config.json"))).contains("\"storage\" : \"sketch\"");
        assertThat(Files.readString(whole.resolve("report.html"))).contains("<svg");
    }

    @Test
    void theFirstObserversSketchIsAsLargeAsWanted() {
        Path out = folder.resolve("run");
        done(run("--storage", "sketch", "--sketch-dimension", 90, "--steps", 12, "--out", out));
        assertThat(CsvReader.read(out.resolve("spectrum.csv")).column("sketch_dimension"))
                .containsOnly(90);
    }

    /** The certificate's columns, and the keys, appear only where they are needed. */
    @Test
    void ordinaryRunsStayAsTheyWere() throws IOException {
        Path out = folder.resolve("run");
        done(run("--steps", 12, "--out", out));
        assertThat(Files.readString(out.resolve("spectrum.csv"))
                        .lines()
                        .findFirst()
                        .orElseThrow())
                .endsWith("adiabatic_per_update_rank2,stride");
        assertThat(Files.readString(out.resolve("config.json"))).doesNotContain("storage", "dimension");
        assertThat(sedge("run", "dyck", "--print-config").out()).contains("storage: float32", "sketch: gaussian");
    }

    @Test
    void wrongKeysAreUsage() {
        misused("storage cannot be 'sketches'; it must be float32 or bfloat16 or sketch", "--storage", "sketches");
        misused("dimension (3) must be at least window (4)", "--storage", "sketch", "--sketch-dimension", 3);
        misused("dimension (50) applies to sketches; it needs storage=sketch", "--sketch-dimension", 50);
    }

    private void misused(String expected, Object... more) {
        List<Object> arguments = new ArrayList<>(Arrays.asList(more));
        arguments.addAll(List.of("--out", folder.resolve("misused")));
        Outcome outcome = run(arguments.toArray());
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err().lines()).singleElement().asString().contains(expected);
        assertThat(folder.resolve("misused")).doesNotExist();
    }

    private static Outcome run(Object... more) {
        List<Object> arguments = new ArrayList<>(RUN);
        arguments.addAll(Arrays.asList(more));
        return sedge(arguments.toArray());
    }

    private static void done(Outcome outcome) {
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    }
}
