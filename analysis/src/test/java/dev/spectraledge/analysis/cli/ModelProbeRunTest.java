package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.analysis.experiment.Backends;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.gradient.CommutatorDefect;
import dev.spectraledge.analysis.gradient.MinibatchGradients;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.io.CsvReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code evaluation.defectEvery} and the like: what is measured of a model while it trains. */
class ModelProbeRunTest {
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
            "checkpoints.schedule=every",
            "checkpoints.every=20",
            "checkpoints.resumeEvery=7",
            "device=cpu",
            "threads=1");
    private static final List<String> TABLES = List.of("defect.csv", "curvature.csv", "attention.csv");
    private static final Object[] ASKED = {
        "evaluation.defectEvery=10", "evaluation.curvatureEvery=10", "evaluation.attentionEvery=10"
    };

    @TempDir
    private Path folder;

    @Test
    void aRunThatGoesOnHasTheBytesOfOneThatWasLeftAlone() {
        Path whole = run("whole", 45, ASKED);
        Path halves = run("halves", 26, ASKED);
        done(sedge("run", "--resume", halves, "--steps", 45));
        for (String name : TABLES) {
            assertThat(halves.resolve(name)).hasSameBinaryContentAs(whole.resolve(name));
            CsvReader table = CsvReader.read(whole.resolve(name));
            assertThat(table.column("step")).containsExactly(10, 20, 30, 40);
            assertThat(table.columns())
                    .allSatisfy(column ->
                            assertThat(Arrays.stream(table.column(column))).allMatch(value -> Double.isFinite(value)));
        }
    }

    @Test
    void whoMeasuresChangesNothing() {
        Path measured = run("measured", 30, ASKED);
        Path plain = run("plain", 30);
        for (String table : List.of("spectrum.csv", "trace.csv", "metrics.csv")) {
            assertThat(measured.resolve(table)).hasSameBinaryContentAs(plain.resolve(table));
        }
        assertThat(TABLES).allSatisfy(table -> assertThat(plain.resolve(table)).doesNotExist());
    }

    @Test
    void eachOfSeveralRunsIsMeasuredAsIfItWereAlone() {
        Path group = run("group", 20, with("--seeds", "2"));
        Path alone = run("alone", 20, with("training.seed=43"));
        for (String table : TABLES) {
            assertThat(group.resolve("seed-43").resolve(table)).hasSameBinaryContentAs(alone.resolve(table));
        }
    }

    private static Object[] with(Object... more) {
        return Stream.concat(Arrays.stream(ASKED), Arrays.stream(more)).toArray();
    }

    /** Weights that are kept are those that were measured, and a pair of batches belongs to its step. */
    @Test
    void itIsTheDefectThatExperimentsFindAtASnapshot() {
        Path directory = run("run", 20, ASKED);
        CsvReader table = CsvReader.read(directory.resolve("defect.csv"));
        Backend backend = new CpuBackend();
        try (StudiedRun run = StudiedRun.open(directory, Backends.onHost(backend));
                MemoryOwner owner = MemoryOwner.open("defect");
                MinibatchGradients gradients = new MinibatchGradients(run.setup(), 0, backend, DType.FLOAT64)) {
            CommutatorDefect defect =
                    new CommutatorDefect(backend, owner, gradients, run.layout().size());
            long first = CommutatorDefect.firstBatch(20, 0);
            CommutatorDefect.Value value = defect.measure(run.weights(owner, 20).flat(), first, first + 1);
            assertThat(table.column("defect")[1]).isEqualTo(value.scaled());
            assertThat(table.column("defect_curvature")[1]).isEqualTo(value.curvature());
            assertThat(table.column("relative_defect")[1]).isEqualTo(value.relative());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "defect, the commutator defect, evaluation.defectEvery",
        "directional_curvature, the curvature along the gradient, evaluation.curvatureEvery",
        "attention_entropy, the entropy of attention, evaluation.attentionEvery"
    })
    void aDetectorOfWhatIsNotMeasuredNamesTheKey(String detector, String what, String key) {
        refused("detector " + detector + " looks at " + what + ", which needs " + key, "warnings=" + detector);
    }

    @Test
    void muonHasNoCurvatureThatItsStepsBear() {
        refused(
                "evaluation.curvatureEvery needs an optimiser that divides each element",
                "training.optimizer=muon",
                "evaluation.curvatureEvery=10");
    }

    private static void refused(String message, String... settings) {
        List<String> arguments = new ArrayList<>(List.of("run", "dyck", "--print-config"));
        arguments.addAll(List.of(settings));
        Outcome outcome = sedge(arguments.toArray());
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err().lines()).singleElement().asString().contains(message);
    }

    private Path run(String name, int steps, Object... more) {
        List<Object> arguments = new ArrayList<>(RUN);
        arguments.addAll(List.of("--steps", steps, "--out", folder.resolve(name)));
        arguments.addAll(Arrays.asList(more));
        done(sedge(arguments.toArray()));
        assertThat(Files.exists(folder.resolve(name))).isTrue();
        return folder.resolve(name);
    }

    private static void done(Outcome outcome) {
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    }
}
