package dev.spectraledge.bench.gpu;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.kernels.cuda.CudaBackend;
import dev.spectraledge.kernels.cuda.CudaDevice;
import dev.spectraledge.kernels.cuda.ProductPrecision;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.step.Lanes;
import dev.spectraledge.trainer.step.StepTrainer;
import dev.spectraledge.trainer.step.TrainingSetup;
import dev.spectraledge.trainer.training.SampledBatches;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Trainings on the device against others: the float64 reference, the CPU, themselves a second time, themselves without a
 * graph, and runs side by side against the same runs alone.
 */
final class TrajectoryParity implements CheckStep {
    /** How far a correct float32 program may be from float64, in units of PyTorch's own distance; as on the CPU. */
    private static final double FACTOR = 3;

    private static final double FLOOR = 1e-5;
    /** PyTorch's own distance over the first {@link #EARLY_STEPS} steps of the golden trajectory. */
    private static final double EARLY_DISTANCE = 3e-7;

    private static final int EARLY_STEPS = 10;
    /** Two correct programs, each as far from float64 as it may be, on either side. */
    private static final double EARLY_DIFFERENCE = 2 * (FACTOR * EARLY_DISTANCE + FLOOR);

    private static final int RUNS = 4;

    private final CheckSizes sizes;
    private final Optional<Path> golden;

    TrajectoryParity(CheckSizes sizes, Optional<Path> golden) {
        this.sizes = sizes;
        this.golden = golden;
    }

    @Override
    public void run(CheckLog log) {
        try (CudaBackend device = new CudaBackend(CudaDevice.open(0), ProductPrecision.FP32)) {
            for (Batching batching : Batching.values()) {
                String name = "float64 reference, " + batching.key();
                if (golden.isEmpty()) {
                    log.skipped(name, "there are no reference trajectories in the bundle");
                } else {
                    log.attempt(name, () -> reference(log, name, device, batching));
                }
            }
            log.attempt("same bytes twice", () -> sameBytes(log, "same bytes twice", device, device));
            log.attempt(
                    "graph equals eager", () -> sameBytes(log, "graph equals eager", device, EagerBackend.of(device)));
            log.attempt("runs side by side", () -> sideBySide(log, device));
            log.attempt("CPU", () -> processor(log, device));
        }
    }

    private void reference(CheckLog log, String name, CudaBackend device, Batching batching) {
        GoldenDyck trajectories = new GoldenDyck(golden.orElseThrow());
        double[] expected = trajectories.reference();
        double[] pyTorch = trajectories.pyTorch();
        double[] losses = new double[sizes.goldenSteps()];
        try (StepTrainer trainer = trajectories.trainer(device, batching)) {
            trainer.advanceTo(losses.length, step -> losses[(int) step - 1] = trainer.loss(0));
        }
        double allowed = 0;
        double used = 0;
        double largest = 0;
        for (int step = 0; step < losses.length; step++) {
            allowed = Math.max(allowed, Math.abs(pyTorch[step] / expected[step] - 1));
            double own = Math.abs(losses[step] / expected[step] - 1);
            largest = Math.max(largest, own);
            used = Math.max(used, own / (FACTOR * allowed + FLOOR));
        }
        log.judged(
                name,
                used < 1, // false also where it is not a number
                "",
                Map.of(
                        "steps", losses.length,
                        "largest_relative_difference", largest,
                        "pytorch_float32_largest_relative_difference", allowed,
                        "used_fraction_of_the_bound", used));
    }

    private static StepTrainer trainer(Backend backend, TrainingSetup setup) {
        StepTrainer trainer = new StepTrainer(
                Lanes.onDevice(backend), setup, new SampledBatches(setup.seeds(), setup.trainSequences()), List.of());
        trainer.initialise();
        trainer.start();
        return trainer;
    }

    private float[] parameters(Backend backend, TrainingSetup setup, long steps) {
        try (MemoryOwner owner = MemoryOwner.open("parameters");
                StepTrainer trainer = trainer(backend, setup)) {
            trainer.advanceTo(steps, step -> {});
            Tensor flat = trainer.parameters().flat();
            Tensor host = Tensor.allocate(owner, DType.FLOAT32, flat.shape());
            backend.copy(flat, host);
            return host.segment().toArray(ValueLayout.JAVA_FLOAT);
        }
    }

    private void sameBytes(CheckLog log, String name, Backend first, Backend second) {
        TrainingSetup setup = sizes.setup(Batching.DEDUPLICATED, 2);
        float[] one = parameters(first, setup, sizes.repeatedSteps());
        float[] other = parameters(second, setup, sizes.repeatedSteps());
        long mismatch = MemorySegment.ofArray(one).mismatch(MemorySegment.ofArray(other));
        log.judged(
                name,
                mismatch == -1,
                mismatch == -1 ? "" : "parameter " + mismatch / Float.BYTES + " differs",
                Map.of("steps", sizes.repeatedSteps(), "parameters", one.length));
    }

    /** Losses {@code [runs][steps]}. */
    private static double[][] losses(Backend backend, TrainingSetup setup, int steps) {
        double[][] losses = new double[setup.runs()][steps];
        try (StepTrainer trainer = trainer(backend, setup)) {
            trainer.advanceTo(steps, step -> {
                for (int run = 0; run < losses.length; run++) {
                    losses[run][(int) step - 1] = trainer.loss(run);
                }
            });
        }
        return losses;
    }

    private static double largestDifference(double[] some, double[] others, int steps) {
        double largest = 0;
        for (int step = 0; step < steps; step++) {
            double difference = Math.abs(some[step] / others[step] - 1);
            largest = Double.isNaN(difference) ? difference : Math.max(largest, difference);
        }
        return largest;
    }

    private void sideBySide(CheckLog log, CudaBackend device) {
        int steps = sizes.repeatedSteps();
        TrainingSetup together = sizes.setup(Batching.DEDUPLICATED, RUNS);
        double[][] losses = losses(device, together, steps);
        double early = 0;
        double all = 0;
        int identical = 0;
        for (int run = 0; run < RUNS; run++) {
            double[] alone = losses(device, alone(together, run), steps)[0];
            early = Math.max(early, largestDifference(losses[run], alone, Math.min(steps, EARLY_STEPS)));
            all = Math.max(all, largestDifference(losses[run], alone, steps));
            identical += Arrays.equals(losses[run], alone) ? 1 : 0;
        }
        log.judged(
                "runs side by side",
                early < EARLY_DIFFERENCE,
                "",
                Map.of(
                        "runs", RUNS,
                        "runs_with_identical_losses", identical,
                        "early_steps", Math.min(steps, EARLY_STEPS),
                        "largest_early_relative_difference", early,
                        "allowed_early_relative_difference", EARLY_DIFFERENCE,
                        "steps", steps,
                        "largest_relative_difference", all));
    }

    private static TrainingSetup alone(TrainingSetup together, int run) {
        return new TrainingSetup(
                List.of(together.data().get(run)),
                together.architecture(),
                together.paddingToken(),
                new long[] {together.seeds()[run]},
                List.of(together.settings().get(run)),
                together.optimizer(),
                together.batchSize(),
                together.batching(),
                together.precision());
    }

    private void processor(CheckLog log, CudaBackend device) {
        int steps = Math.min(sizes.repeatedSteps(), EARLY_STEPS);
        TrainingSetup setup = sizes.setup(Batching.DEDUPLICATED, 1);
        double[] losses = losses(device, setup, steps)[0];
        double[] expected = new double[steps];
        try (Workers workers = new Workers(1);
                StepTrainer trainer = new StepTrainer(
                        Lanes.onHost(new CpuBackend(), workers),
                        setup,
                        new SampledBatches(setup.seeds(), setup.trainSequences()),
                        List.of())) {
            trainer.initialise();
            trainer.start();
            for (int step = 0; step < steps; step++) {
                trainer.step();
                expected[step] = trainer.loss(0);
            }
        }
        double largest = largestDifference(losses, expected, steps);
        log.judged(
                "CPU",
                largest < EARLY_DIFFERENCE,
                "",
                Map.of(
                        "steps", steps,
                        "largest_relative_difference", largest,
                        "allowed_relative_difference", EARLY_DIFFERENCE));
    }
}
