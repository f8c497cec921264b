package dev.spectraledge.bench.gpu;

import dev.spectraledge.kernels.cuda.CudaBackend;
import dev.spectraledge.kernels.cuda.CudaDevice;
import dev.spectraledge.kernels.cuda.ProductPrecision;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.data.EvaluationSet;
import dev.spectraledge.trainer.data.Examples;
import dev.spectraledge.trainer.data.PrefixTree;
import dev.spectraledge.trainer.model.CausalTransformerArchitecture;
import dev.spectraledge.trainer.model.TransformerShape;
import dev.spectraledge.trainer.step.Lanes;
import dev.spectraledge.trainer.step.StepTrainer;
import dev.spectraledge.trainer.step.TrainingSetup;
import dev.spectraledge.trainer.training.SampledBatches;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;

/** Times the steps of the Dyck training for numbers of runs, layouts of the batch and precisions of products. */
final class StepBenchmark implements CheckStep {
    /** Name of the value: steps of all runs together. */
    static final String RUN_STEPS_PER_SECOND = "run_steps_per_second";
    /** Name of the value: operations of the recordings that were made, one for each number of rows. */
    static final String NODES = "recorded_nodes";
    /** Name of the value: S. */
    static final String RUNS = "runs";

    private static final int WARM_UP = 3;
    /** Steps whose batches are drawn to find the mean number of rows. */
    private static final int SAMPLED_STEPS = 64;
    /** A multiplication and an addition, in the forward pass and for both gradients. */
    private static final int OPERATIONS_PER_WEIGHT = 6;

    private record Case(int runs, Batching batching, ProductPrecision precision) {
        String name() {
            return "S=" + runs + " " + batching.key() + " " + precision.name().toLowerCase(Locale.ROOT);
        }
    }

    private final CheckSizes sizes;
    private final List<Case> cases;

    private StepBenchmark(CheckSizes sizes, List<Case> cases) {
        this.sizes = sizes;
        this.cases = cases;
    }

    /** One run, and the sweep that is held to a demand, in float32 and every layout of the batch. */
    static StepBenchmark ofDemands(CheckSizes sizes) {
        List<Case> cases = new ArrayList<>();
        for (int runs : List.of(1, sizes.sweepRuns())) {
            for (Batching batching : List.of(Batching.DEDUPLICATED, Batching.PACKED, Batching.PADDED)) {
                cases.add(new Case(runs, batching, ProductPrecision.FP32));
            }
        }
        return new StepBenchmark(sizes, cases);
    }

    /** Other numbers of runs, and that sweep with other products, in the layout that users get. */
    static StepBenchmark ofOthers(CheckSizes sizes) {
        List<Case> cases = new ArrayList<>();
        for (int runs : sizes.runs()) {
            if (runs != 1 && runs != sizes.sweepRuns()) {
                cases.add(new Case(runs, Batching.DEDUPLICATED, ProductPrecision.FP32));
            }
        }
        for (ProductPrecision precision : List.of(ProductPrecision.TF32, ProductPrecision.BF16)) {
            cases.add(new Case(sizes.sweepRuns(), Batching.DEDUPLICATED, precision));
        }
        return new StepBenchmark(sizes, cases);
    }

    @Override
    public void run(CheckLog log) {
        for (ProductPrecision precision : ProductPrecision.values()) {
            List<Case> own =
                    cases.stream().filter(one -> one.precision() == precision).toList();
            if (own.isEmpty()) {
                continue;
            }
            try (CudaBackend backend = new CudaBackend(CudaDevice.open(0), precision)) {
                for (Case one : own) {
                    log.attempt(one.name(), () -> time(log, backend, one));
                }
            }
        }
    }

    private void time(CheckLog log, CudaBackend backend, Case one) {
        TrainingSetup setup = sizes.setup(one.batching(), one.runs());
        CheckSizes.Stretches stretches = sizes.stretches();
        try (StepTrainer trainer = new StepTrainer(Lanes.onDevice(backend), setup, batches(setup), List.of())) {
            trainer.initialise();
            trainer.start();
            TrainingClock clock = new TrainingClock(backend.device().stream(), trainer, stretches.steps());
            double seconds = clock.warmUp(WARM_UP);
            clock.time(stretches.count(seconds));
            Map<String, Object> values = clock.values();
            double rows = meanRows(setup);
            TransformerShape shape = ((CausalTransformerArchitecture) setup.architecture()).shape();
            values.put(RUNS, one.runs());
            values.put("microseconds_per_run_step", clock.microseconds() / one.runs());
            values.put(RUN_STEPS_PER_SECOND, one.runs() * 1e6 / clock.microseconds());
            values.put(NODES, backend.device().recordedNodes());
            values.put("rows_of_a_run", rows);
            values.put("operations_per_run_step", operations(shape, rows));
            log.measured(one.name(), values);
        }
    }

    static SampledBatches batches(TrainingSetup setup) {
        return new SampledBatches(setup.seeds(), setup.trainSequences());
    }

    /** Tokens that a step of the first run computes with, without those that fill a batch up. */
    private static double meanRows(TrainingSetup setup) {
        Examples data = setup.data().getFirst().train();
        SampledBatches batches = batches(setup);
        long[] draws = new long[setup.batchSize()];
        long rows = 0;
        for (int step = 1; step <= SAMPLED_STEPS; step++) {
            batches.draw(step, 0, draws);
            rows += rows(setup.batching(), data, draws);
        }
        return (double) rows / SAMPLED_STEPS;
    }

    private static long rows(Batching batching, Examples data, long[] draws) {
        LongStream all = LongStream.of(draws);
        return switch (batching) {
            case PADDED -> (long) draws.length * data.contextLength();
            case PACKED -> all.mapToInt(data::length).sum();
            case DEDUPLICATED ->
                all.map(data::representative).distinct().mapToInt(data::length).sum();
            case PREFIXES -> PrefixTree.of(EvaluationSet.of(data, all)).whole().rows();
        };
    }

    /** Floating-point operations of the products: 6 per row and weight, and causal attention's, on average over positions. */
    private static double operations(TransformerShape shape, double rows) {
        double width = shape.width();
        double weights =
                shape.layers() * (4 * width * width + 2 * width * shape.feedForwardWidth()) + width * shape.classes();
        double attention = shape.layers() * width * (shape.contextLength() + 1);
        return OPERATIONS_PER_WEIGHT * rows * (weights + attention);
    }
}
