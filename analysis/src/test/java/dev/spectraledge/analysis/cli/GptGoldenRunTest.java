package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.analysis.offline.GoldenFolder;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.io.CsvReader;
import dev.spectraledge.trainer.io.SafetensorsFile;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * GPTs that {@code sedge run text} trains with the configurations of the examples, from the files of PyTorch's runs as they are.
 */
class GptGoldenRunTest {
    private static final Path EXAMPLES = Path.of("..", "examples");
    /** Of doubles: what other orders of summation change is at most 2e-13, and of planted faults the smallest gives 7e-9. */
    private static final double FLOAT64_RELATIVE = 1e-10;
    /** Floats may stray this many times as far from doubles as PyTorch's own have so far, */
    private static final double FLOAT32_FACTOR = 3;
    /** and this. */
    private static final double FLOAT32_FLOOR = 1e-6;

    @TempDir
    private Path folder;

    private CsvReader[] run(String example, Path data, Path weights, Path batches, Object... more) {
        Path out = folder.resolve("run");
        List<Object> command = new ArrayList<>(List.of(
                "run",
                "text",
                "--config",
                EXAMPLES.resolve(example + ".yaml"),
                "--data",
                data,
                "--init",
                weights,
                "--batches",
                batches,
                "--trace",
                "--device",
                "cpu",
                "--threads",
                2,
                "--out",
                out));
        command.addAll(List.of(more));
        Outcome outcome = sedge(command.toArray());
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        return new CsvReader[] {
            CsvReader.read(out.resolve("trace.csv")),
            CsvReader.read(out.resolve("metrics.csv")),
            CsvReader.read(out.resolve("spectrum.csv"))
        };
    }

    private CsvReader[] golden(String example, String reference, String weights, int steps, String precision) {
        return run(
                example,
                GoldenFolder.require("gpt_data"),
                GoldenFolder.require(weights).resolve("weights_000000.safetensors"),
                GoldenFolder.require(reference).resolve("trace.safetensors"),
                "--steps",
                steps,
                "--precision",
                precision);
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-golden, gpt_nano_f64, gpt_nano_f64",
        "gpt-golden-gpt2, gpt_gpt2style_f64, gpt_gpt2style_f64",
        "gpt-golden-muon, gpt_nano_muon_f64, gpt_nano_f64"
    })
    void theFirstStepsAreThoseOfPyTorch(String example, String reference, String weights) {
        requireLikePyTorch(example, reference, weights, 10);
    }

    @Tag("nightly")
    @ParameterizedTest
    @CsvSource({
        "gpt-golden, gpt_nano_f64, gpt_nano_f64, 100",
        "gpt-golden-gpt2, gpt_gpt2style_f64, gpt_gpt2style_f64, 30",
        "gpt-golden-muon, gpt_nano_muon_f64, gpt_nano_f64, 30"
    })
    void allStepsAreThoseOfPyTorch(String example, String reference, String weights, int steps) {
        requireLikePyTorch(example, reference, weights, steps);
    }

    private void requireLikePyTorch(String example, String reference, String weights, int steps) {
        CsvReader[] tables = golden(example, reference, weights, steps, "float64");
        Path expected = GoldenFolder.require(reference);
        CsvReader trace = CsvReader.read(expected.resolve("trace.csv"));
        requireClose(tables[0], "loss", trace, "loss", steps);
        requireClose(tables[0], "grad_norm", trace, "grad_norm", steps);
        requireClose(tables[1], "test_loss", CsvReader.read(expected.resolve("eval.csv")), "val_loss", 3);
        requireClose(
                tables[2], "update_norm", CsvReader.read(expected.resolve("updates.csv")), "update_norm", steps - 1);
    }

    /** Of as many rows as are common to both, of which there must be {@code least}. */
    private static void requireClose(CsvReader own, String column, CsvReader other, String name, int least) {
        double[] ownSteps = own.column("step");
        double[] otherSteps = other.column("step");
        int common = 0;
        for (int row = 0; row < ownSteps.length; row++) {
            for (int line = 0; line < otherSteps.length; line++) {
                if (ownSteps[row] == otherSteps[line]) {
                    common++;
                    assertThat(Math.abs(own.column(column)[row] / other.column(name)[line] - 1))
                            .as("%s at step %.0f", column, ownSteps[row])
                            .isLessThan(FLOAT64_RELATIVE);
                }
            }
        }
        assertThat(common).isGreaterThanOrEqualTo(least);
    }

    @Test
    void floatsStrayNoFurtherThanPyTorchs() {
        floatsStrayNoFurtherThanPyTorchs(20);
    }

    @Tag("nightly")
    @Test
    void floatsStrayNoFurtherThanPyTorchsToTheEnd() {
        floatsStrayNoFurtherThanPyTorchs(100);
    }

    private void floatsStrayNoFurtherThanPyTorchs(int steps) {
        double[] own = golden("gpt-golden", "gpt_nano_f32", "gpt_nano_f64", steps, "float32")[0].column("loss");
        double[] exact = trace("gpt_nano_f64");
        double[] pyTorch = trace("gpt_nano_f32");
        double strayed = 0;
        assertThat(own).hasSize(steps);
        for (int step = 0; step < steps; step++) {
            strayed = Math.max(strayed, Math.abs(pyTorch[step] / exact[step] - 1));
            assertThat(Math.abs(own[step] / exact[step] - 1))
                    .as("loss of step %d", step + 1)
                    .isLessThan(FLOAT32_FACTOR * strayed + FLOAT32_FLOOR);
        }
    }

    private static double[] trace(String reference) {
        return CsvReader.read(GoldenFolder.require(reference).resolve("trace.csv"))
                .column("loss");
    }

    /** Written by {@code gpt/trajectory.py}, which is part of the tests, for where there is no folder of larger ones. */
    @Test
    void aTinyModelFollowsPyTorchToTheLastDigits() throws URISyntaxException {
        Path files = Path.of(GptGoldenRunTest.class.getResource("gpt").toURI());
        Path batches = files.resolve("trace.safetensors");
        CsvReader[] tables = run(
                "gpt-golden-gpt2",
                files,
                files.resolve("weights.safetensors"),
                batches,
                "--steps",
                16,
                "--precision",
                "float64",
                "task.vocabulary=24",
                "model.positions=12",
                "model.width=16",
                "model.heads=2",
                "model.feedForwardWidth=32",
                "training.batchSize=3",
                "training.warmUpSteps=4",
                "training.cosineSteps=16",
                "evaluation.every=1");
        try (MemoryOwner memory = MemoryOwner.open("trajectory");
                SafetensorsFile file = SafetensorsFile.open(batches)) {
            requireClose(file.read(memory, "loss"), tables[0].column("loss"));
            requireClose(file.read(memory, "grad_norm"), tables[0].column("grad_norm"));
            requireClose(file.read(memory, "validation_loss"), tables[1].column("test_loss"));
        }
    }

    private static void requireClose(Tensor expected, double[] own) {
        assertThat(own).hasSize((int) expected.elements());
        for (int row = 0; row < own.length; row++) {
            assertThat(Math.abs(own[row] / expected.get(row) - 1))
                    .as("row %d", row)
                    .isLessThan(FLOAT64_RELATIVE);
        }
    }
}
