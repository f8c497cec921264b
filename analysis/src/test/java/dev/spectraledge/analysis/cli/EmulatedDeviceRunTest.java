package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static dev.spectraledge.analysis.cli.CommandLineRunner.sedgeUntil;
import static dev.spectraledge.analysis.cli.CommandLineRunner.succeed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.kernels.cuda.EmulatedDevice;
import dev.spectraledge.trainer.io.CsvReader;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.sweep.PlannedRun;
import dev.spectraledge.trainer.sweep.SweepPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code sedge run --device cuda} on an emulated device: the whole program, from the configuration to the report. */
@Tag("emulated")
class EmulatedDeviceRunTest {
    private static final List<String> RUN = List.of(
            "run",
            "dyck",
            "model.width=8",
            "model.heads=2",
            "model.feedForwardWidth=8",
            "task.sequences=60",
            "task.contextLength=10",
            "training.batchSize=6",
            "training.learningRate=0.005",
            "training.steps=12",
            "training.stopOn=null",
            "training.trace=true",
            "evaluation.every=6",
            "evaluation.tokens=100",
            "checkpoints.resumeEvery=4",
            "observers=[{name: steps, stride: 1, window: 5}, {name: thirds, stride: 3, window: 4},"
                    + " {name: raw, stride: 1, window: 3, subset: all, of: gradients},"
                    + " {name: cut, stride: 2, window: 4, of: clipped_gradients}]");
    /** Of the last run of two, where the state of both is some steps older. */
    private static final String LAST_CHECKPOINT = "whole: .*/seed-43/checkpoints/step_000008.safetensors";
    /** Relative; float32 sums in another order, twelve steps on. */
    private static final double TOLERANCE = 1e-4;

    @RegisterExtension
    private final EmulatedDevice device = new EmulatedDevice().withoutAccessChecks();

    @TempDir
    private Path folder;

    private static Outcome run(Object... more) {
        List<Object> arguments = new ArrayList<>(RUN);
        arguments.addAll(List.of(more));
        Outcome outcome = sedge(arguments.toArray());
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        return outcome;
    }

    @Test
    void runsOfTheDeviceAreThoseOfTheCpu() {
        Outcome outcome = run("--seeds", "2", "--device", "cuda", "--out", folder.resolve("device"));
        assertThat(outcome.err()).contains("cuda backend on Emulated, compute capability 9.0");
        run("--seeds", "2", "--device", "cpu", "--out", folder.resolve("cpu"));
        for (String seed : List.of("seed-42", "seed-43")) {
            requireClose(seed + "/trace.csv", "loss", 12);
            requireClose(seed + "/metrics.csv", "test_loss", 4);
            requireClose(seed + "/spectrum.csv", "sigma_1", 11);
            requireClose(seed + "/spectrum_thirds.csv", "decay_share_1", 3);
            requireClose(seed + "/spectrum_raw.csv", "sigma_1", 11);
            requireClose(seed + "/spectrum_cut.csv", "sigma_1", 5);
            assertThat(folder.resolve("device").resolve(seed).resolve("report.html"))
                    .isNotEmptyFile();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"adam", "muon"})
    void schedulesAndOtherOptimisersAreThoseOfTheCpu(String optimizer) {
        Object[] settings = {
            "--precision",
            "float64",
            "training.optimizer=" + optimizer,
            "training.warmUpSteps=2",
            "training.learningRateSchedule=cosine",
            "training.cosineSteps=10",
            "training.learningRateFloor=0.1",
            "evaluation.grokAccuracy=0",
            "training.weightDecayChange=grok+2",
            "training.finalWeightDecay=0.2",
            "training.weightDecayRamp=4",
            "observers=[{name: steps, stride: 1, window: 5}, {name: thirds, stride: 3, window: 4, subset: all}]"
        };
        run(with(settings, "--device", "cuda", "--out", folder.resolve("device")));
        run(with(settings, "--device", "cpu", "--threads", "1", "--out", folder.resolve("cpu")));
        requireClose("trace.csv", "loss", 12);
        requireClose("metrics.csv", "learning_rate", 4);
        requireClose("metrics.csv", "weight_decay", 4);
        requireClose("spectrum.csv", "decay_share_1", 11);
        requireClose("spectrum_thirds.csv", "decay_share_1", 3);
        // Only where the decay part of a step is in proportion to the parameters is there an estimate of it.
        boolean inProportion = optimizer.equals("muon");
        for (String file : List.of("spectrum.csv", "spectrum_thirds.csv")) {
            double[] estimates =
                    CsvReader.read(folder.resolve("device").resolve(file)).column("trapezoid_gradient_share_1");
            boolean isEstimated = inProportion && file.equals("spectrum.csv");
            assertThat(Arrays.stream(estimates)).allMatch(estimate -> Double.isNaN(estimate) != isEstimated);
        }
        if (inProportion) {
            requireClose("spectrum.csv", "trapezoid_gradient_share_1", 11);
        }
    }

    /** Weight decay acts on some pieces; the batches and the optimiser change on the way. */
    @Test
    void groupsAndShiftsAreThoseOfTheCpu() {
        Object[] settings = {
            "--precision",
            "float64",
            "training.decayed=matrices",
            "training.shiftAfter=7",
            "training.shiftedBatchSize=4",
            "training.shiftedLearningRate=0.002",
            "training.freshOptimizer=true",
            "observers=[{name: layers, stride: 1, window: 5, subset: all, groups: true, alsoWindows: [3]}]"
        };
        run(with(settings, "--device", "cuda", "--out", folder.resolve("device")));
        run(with(settings, "--device", "cpu", "--threads", "1", "--out", folder.resolve("cpu")));
        requireClose("trace.csv", "loss", 12);
        requireClose("metrics.csv", "learning_rate", 4);
        requireClose("spectrum.csv", "sigma_1", 11);
        requireClose("spectrum.csv", "decay_share_1", 11);
        requireClose("spectrum_w3.csv", "gradient_share_1", 11);
        assertThat(folder.resolve("device").resolve("groups.csv")).isNotEmptyFile();
    }

    /** Of four runs, three stop one after another; those that are left go on in a recording of two, then of one. */
    @Test
    @Tag("nightly")
    void runsGoOnWhenMostHaveEnded() {
        Object[] stopping = {
            "--seeds",
            "4",
            "--precision",
            "float64",
            "training.steps=54",
            "training.learningRate=0.01",
            "evaluation.every=3",
            "evaluation.stopAccuracy=0.5",
            "evaluation.stopPatience=1",
            "observers=[{name: steps, stride: 1, window: 5}]"
        };
        run(with(stopping, "--device", "cuda", "--out", folder.resolve("device")));
        run(with(stopping, "--device", "cpu", "--threads", "1", "--out", folder.resolve("cpu")));
        List<Object> ends = new ArrayList<>();
        for (int seed = 42; seed < 46; seed++) {
            String run = "seed-" + seed;
            Object end = Json.readObject(folder.resolve("cpu").resolve(run).resolve("summary.json"))
                    .get("final_step");
            assertThat(Json.readObject(folder.resolve("device").resolve(run).resolve("summary.json")))
                    .containsEntry("final_step", end)
                    .containsEntry("state", "done");
            ends.add(end);
            int steps = ((Number) end).intValue();
            requireClose(run + "/trace.csv", "loss", steps);
            requireClose(run + "/spectrum.csv", "sigma_1", steps - 1);
        }
        assertThat(ends).doesNotHaveDuplicates();
    }

    /** Each run of a sweep has a state of its own; the last of three goes on in a recording of one. */
    @Test
    void runsOfASweepTrainSideBySide() throws IOException {
        Path file = Files.writeString(folder.resolve("sweep.yaml"), """
            task: dyck
            task.sequences: 60
            task.contextLength: 10
            model: {width: 8, heads: 2, feedForwardWidth: 8}
            training: {batchSize: 6, trace: true}
            evaluation: {every: 3, tokens: 100}
            checkpoints.resumeEvery: 4
            observers: [{name: steps, stride: 1, window: 5}]
            sweep:
              zip: {training.steps: [4, 6, 10], training.weightDecay: [1, 0, 2], training.learningRate: [1e-3, 3e-3, 1e-3]}
            """);
        for (String device : List.of("device", "cpu")) {
            Path root = folder.resolve(device);
            assertThat(sedge("sweep", "plan", file, "-o", root).exitCode()).isZero();
            Outcome outcome = sedge("sweep", "run", root, "--device", device.replace("device", "cuda"));
            assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        }
        for (PlannedRun run : SweepPlan.read(folder.resolve("device")).runs()) {
            Path directory = Path.of("runs", run.id());
            long steps = (Long) run.swept().get("training.steps");
            assertThat(Json.readObject(
                            folder.resolve("device").resolve(directory).resolve("summary.json")))
                    .containsEntry("state", "done")
                    .containsEntry("final_step", steps)
                    .containsEntry("runs_in_process", 3L);
            requireClose(directory + "/trace.csv", "loss", (int) steps);
            requireClose(directory + "/spectrum.csv", "sigma_1", (int) steps - 1);
            assertThat(folder.resolve("device").resolve(directory).resolve("report.html"))
                    .isNotEmptyFile();
        }
    }

    private static Object[] with(Object[] first, Object... more) {
        List<Object> all = new ArrayList<>(List.of(first));
        all.addAll(List.of(more));
        return all.toArray();
    }

    private void requireClose(String file, String column, int rows) {
        double[] expected = CsvReader.read(folder.resolve("cpu").resolve(file)).column(column);
        double[] actual = CsvReader.read(folder.resolve("device").resolve(file)).column(column);
        assertThat(actual).hasSize(rows).hasSameSizeAs(expected);
        for (int row = 0; row < rows; row++) {
            assertThat(actual[row])
                    .as("%s of %s, row %d", column, file, row)
                    .isCloseTo(expected[row], within(TOLERANCE * Math.abs(expected[row])));
        }
    }

    @Test
    void aStoppedGroupGoesOnBitForBit() throws IOException {
        Path whole = folder.resolve("whole");
        run("--seeds", "2", "--device", "cuda", "--out", whole);

        Path stopped = folder.resolve("stopped");
        List<Object> command = new ArrayList<>(RUN);
        command.addAll(List.of("--seeds", "2", "--device", "cuda", "--out", stopped));
        Outcome outcome = sedgeUntil("TERM", LAST_CHECKPOINT, 1, command.toArray());
        assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(StopSignals.TRY_AGAIN);

        succeed(List.of("run", "--resume", stopped.toString()));
        SedgeProcess.requireSameBytes(whole, stopped);
    }

    @Test
    @Tag("nightly")
    void aKilledGroupGoesOnBitForBit() throws IOException, InterruptedException {
        Path whole = folder.resolve("whole");
        run("--seeds", "2", "--device", "cuda", "--out", whole);

        Path killed = folder.resolve("killed");
        SedgeProcess.startSignalled(
                        folder.resolve("first.log"),
                        "KILL",
                        LAST_CHECKPOINT,
                        1,
                        RUN,
                        "--seeds",
                        "2",
                        "--device",
                        "cuda",
                        "--out",
                        killed.toString())
                .requireKilled();
        Path state = killed.resolve("resume.safetensors");
        assertThat(state).exists();

        succeed(List.of("run", "--resume", killed.toString()));
        SedgeProcess.requireSameBytes(whole, killed);
    }
}
