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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code evaluation.defectEvery}: the commutator defect while runs train. */
class DefectRunTest {
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
    private static final String ASKED = "evaluation.defectEvery=10";

    @TempDir
    private Path folder;

    @Test
    void aRunThatGoesOnHasTheBytesOfOneThatWasLeftAlone() {
        Path whole = run("whole", 45, ASKED);
        Path halves = run("halves", 26, ASKED);
        done(sedge("run", "--resume", halves, "--steps", 45));
        assertThat(halves.resolve("defect.csv")).hasSameBinaryContentAs(whole.resolve("defect.csv"));
        CsvReader table = CsvReader.read(whole.resolve("defect.csv"));
        assertThat(table.column("step")).containsExactly(10, 20, 30, 40);
        assertThat(table.columns())
                .allSatisfy(column ->
                        assertThat(Arrays.stream(table.column(column))).allMatch(value -> Double.isFinite(value)));
    }

    @Test
    void whoMeasuresChangesNothing() {
        Path measured = run("measured", 30, ASKED);
        Path plain = run("plain", 30);
        for (String table : List.of("spectrum.csv", "trace.csv", "metrics.csv")) {
            assertThat(measured.resolve(table)).hasSameBinaryContentAs(plain.resolve(table));
        }
        assertThat(plain.resolve("defect.csv")).doesNotExist();
    }

    @Test
    void eachOfSeveralRunsIsMeasuredAsIfItWereAlone() {
        Path group = run("group", 20, ASKED, "--seeds", "2");
        Path alone = run("alone", 20, ASKED, "training.seed=43");
        assertThat(group.resolve("seed-43").resolve("defect.csv")).hasSameBinaryContentAs(alone.resolve("defect.csv"));
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

    @Test
    void aDetectorOfWhatIsNotMeasuredNamesTheKey() {
        Outcome outcome = sedge("run", "dyck", "--print-config", "warnings=defect");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err().lines())
                .singleElement()
                .asString()
                .contains("detector defect looks at the commutator defect, which needs evaluation.defectEvery");
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
