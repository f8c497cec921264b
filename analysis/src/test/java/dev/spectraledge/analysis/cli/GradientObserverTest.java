package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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

/** Observers of gradients in whole runs: {@code observers.*.of}. */
class GradientObserverTest {
    private static final List<String> RUN = List.of(
            "run",
            "dyck",
            "model.width=16",
            "model.heads=2",
            "model.feedForwardWidth=16",
            "task.sequences=80",
            "training.stopOn=null",
            "training.trace=true",
            "evaluation.every=20",
            "checkpoints.resumeEvery=7",
            "device=cpu",
            "threads=1");
    private static final String UPDATES = "{name: steps, stride: 1, window: 4}";
    private static final String OBSERVERS = "observers=[{name: raw, stride: 1, window: 4, subset: all, of: gradients},"
            + " " + UPDATES + ", {name: cut, stride: 3, window: 5, of: clipped-gradients},"
            + " {name: few, stride: 1, window: 4, subset: all, of: gradients, storage: sketch, sketch: sparse_signs,"
            + " dimension: 400}]";
    private static final List<String> TABLES =
            List.of("spectrum.csv", "spectrum_raw.csv", "spectrum_cut.csv", "spectrum_few.csv");

    @TempDir
    private Path folder;

    @Test
    void aRunThatGoesOnHasTheBytesOfOneThatWasLeftAlone() {
        Path whole = run("whole", 45, OBSERVERS);
        Path halves = run("halves", 26, OBSERVERS);
        done(sedge("run", "--resume", halves, "--steps", 45));
        TABLES.forEach(table -> assertThat(halves.resolve(table)).hasSameBinaryContentAs(whole.resolve(table)));
        assertThat(halves.resolve("events.csv")).exists();
    }

    @Test
    void eachOfSeveralRunsIsWatchedAsIfItWereAlone() {
        Path group = run("group", 20, OBSERVERS, "--seeds", "2");
        Path alone = run("alone", 20, OBSERVERS, "training.seed=43");
        TABLES.forEach(table ->
                assertThat(group.resolve("seed-43").resolve(table)).hasSameBinaryContentAs(alone.resolve(table)));
    }

    @Test
    void nothingElseIsOtherThanWithoutThem() {
        Path watched = run("watched", 30, OBSERVERS);
        Path plain = run("plain", 30, "observers=[" + UPDATES + "]");
        assertThat(watched.resolve("spectrum.csv")).hasSameBinaryContentAs(plain.resolve("spectrum.csv"));
        assertThat(watched.resolve("trace.csv")).hasSameBinaryContentAs(plain.resolve("trace.csv"));
        assertThat(watched.resolve("metrics.csv")).hasSameBinaryContentAs(plain.resolve("metrics.csv"));
    }

    @Test
    void normsAreThoseThatTheTrainingTellsAndSketchesComeClose() throws IOException {
        Path run = run("run", 40, OBSERVERS);
        CsvReader trace = CsvReader.read(run.resolve("trace.csv"));
        CsvReader raw = CsvReader.read(run.resolve("spectrum_raw.csv"));
        CsvReader cut = CsvReader.read(run.resolve("spectrum_cut.csv"));
        CsvReader few = CsvReader.read(run.resolve("spectrum_few.csv"));
        double[] norms = trace.column("grad_norm");
        for (int row = 0; row < raw.rows(); row++) {
            int step = (int) raw.column("step")[row];
            // Single-precision numbers, whose products are exact in double.
            assertThat(raw.column("gradient_norm")[row]).isCloseTo(norms[step - 1], within(1e-12 * norms[step - 1]));
            double error = few.column("sigma_error_bound")[row];
            double sigma = raw.column("sigma_1")[row];
            assertThat(few.column("sigma_1")[row]).isCloseTo(sigma, within(error * sigma));
        }
        assertThat(raw.columns())
                .contains("mean_cosine", "energy_1", "window_gradients")
                .doesNotContain("gradient_share_1", "trapezoid_alignment_1", "update_norm");
        assertThat(few.columns()).doesNotContain("decay_norm_distortion");
        assertThat(raw.columns())
                .allSatisfy(column -> assertThat(Arrays.stream(raw.column(column)))
                        .as(column)
                        .noneMatch(value -> Double.isInfinite(value)));
        // What is watched is a part of what is clipped at 1.
        assertThat(Arrays.stream(cut.column("gradient_norm"))).allMatch(norm -> norm > 0 && norm < 1);
        assertThat(Arrays.stream(norms)).anyMatch(norm -> norm > 1);
        assertThat(Files.readString(run.resolve("report.html")))
                .contains("Observer “raw” of gradients", "Observer “cut” of clipped gradients")
                .contains("of the last 4 gradients, one per step, of all parameters")
                .contains("of the last 5 clipped gradients, one in 3 steps");
    }

    @Test
    void aRunMayHaveObserversOfGradientsAlone() {
        Path run = run("run", 20, "observers=[{name: raw, stride: 2, window: 4, of: gradients}]");
        assertThat(run.resolve("spectrum_raw.csv")).exists();
        assertThat(run.resolve("spectrum.csv")).doesNotExist();
    }

    @Test
    void wrongKeysAreUsage() {
        misused("of cannot be 'gradient'; it must be", "observers.paper.of=gradient");
        misused(
                "observers.paper.of=clipped_gradients needs training.clip, which is null; choose of=gradients",
                "observers.paper.of=clipped_gradients",
                "training.clip=null");
        misused(
                "warnings: detector g23 looks at windows of updates, and no observer has of=updates",
                "observers.paper.of=gradients",
                "observers.everyStep.of=gradients",
                "warnings=g23");
    }

    private void misused(String expected, String... keys) {
        List<Object> arguments = new ArrayList<>(List.of("run", "dyck", "--print-config"));
        arguments.addAll(Arrays.asList(keys));
        Outcome outcome = sedge(arguments.toArray());
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err().lines()).singleElement().asString().contains(expected);
    }

    private Path run(String name, int steps, Object... more) {
        List<Object> arguments = new ArrayList<>(RUN);
        arguments.addAll(List.of("--steps", steps, "--out", folder.resolve(name)));
        arguments.addAll(Arrays.asList(more));
        done(sedge(arguments.toArray()));
        return folder.resolve(name);
    }

    private static void done(Outcome outcome) {
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    }
}
