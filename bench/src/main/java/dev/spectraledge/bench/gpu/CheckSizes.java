package dev.spectraledge.bench.gpu;

import dev.spectraledge.bench.BenchmarkData;
import dev.spectraledge.bench.dyck.DyckTraining;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Gelu;
import dev.spectraledge.kernels.cuda.KernelSources;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.data.SplitData;
import dev.spectraledge.trainer.model.CausalTransformerArchitecture;
import dev.spectraledge.trainer.model.TransformerShape;
import dev.spectraledge.trainer.optimizer.FusedOptimizer;
import dev.spectraledge.trainer.optimizer.OptimizerSettings;
import dev.spectraledge.trainer.step.TrainingSetup;
import dev.spectraledge.trainer.task.dyck.DyckLanguage;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;

/**
 * How much each step does: {@link #full} on a device, {@link #tiny} to see that everything runs, where times mean nothing.
 *
 * @param timed whether times are held to what is demanded of them
 * @param copyBytes size of the copy within the device's memory
 * @param productOrders of the square matrix products
 * @param launches empty kernels in a burst, and nodes in a graph of them
 * @param stems kernel files to compile
 * @param contractTests names of the test methods to run; empty means all
 * @param goldenSteps of the reference trajectory
 * @param repeatedSteps of trainings that are compared bit for bit
 * @param profiledSteps whose operations are timed one by one
 * @param runs numbers of runs side by side
 * @param sweepRuns which of them is held to a demand
 * @param observerTurns of a training with and one without observer
 * @param stretches of steps that are timed
 * @param windowParameters vector lengths of the Gram rows
 * @param eigenOrders of batches of symmetric matrices
 * @param eigenRuns matrices in a batch
 * @param svdShapes rows and columns
 */
record CheckSizes(
        boolean timed,
        long copyBytes,
        List<Integer> productOrders,
        int launches,
        List<String> stems,
        List<String> contractTests,
        int goldenSteps,
        int repeatedSteps,
        int profiledSteps,
        List<Integer> runs,
        int sweepRuns,
        int observerTurns,
        Stretches stretches,
        List<Long> windowParameters,
        List<Integer> eigenOrders,
        int eigenRuns,
        List<Shape> svdShapes) {

    private static final long FIRST_SEED = 42;
    private static final TransformerShape TINY_SHAPE = new TransformerShape(3, 6, 10, 12, 1, 24, 3, 20, Gelu.ERF);

    /**
     * How long a training is timed: stretches of so many steps, as many as fit into the time within two bounds.
     *
     * @param steps in a stretch
     */
    record Stretches(int steps, int least, int most, double seconds) {
        /** How many of these fit, each taking so many seconds. */
        int count(double secondsOfOne) {
            return (int) Math.clamp(Math.round(seconds / secondsOfOne), (long) least, most);
        }
    }

    /** Of a matrix. */
    record Shape(int rows, int columns) {}

    static CheckSizes full() {
        return new CheckSizes(
                true,
                2L << 30,
                List.of(4096, 8192),
                1000,
                KernelSources.STEMS,
                List.of(),
                300,
                300,
                20,
                List.of(1, 8, 64, 256),
                64,
                5,
                new Stretches(64, 3, 50, 3),
                List.of(131_072L, 2_359_296L, 50_000_000L),
                List.of(10, 128, 256),
                64,
                List.of(new Shape(128, 128), new Shape(256, 256), new Shape(768, 3072)));
    }

    static CheckSizes tiny() {
        return new CheckSizes(
                false,
                1L << 20,
                List.of(64),
                10,
                KernelSources.STEMS.subList(0, 2),
                List.of(
                        "crossEntropyAgrees",
                        "linearOfKnownNumbers",
                        "aRecordedLayerTakesTheNextBatchFromARing",
                        "qr",
                        "operandsAreRoundedOnce"),
                3,
                3,
                1,
                List.of(1, 2, 3),
                3,
                1,
                new Stretches(1, 2, 2, 1),
                List.of(5000L),
                List.of(10),
                3,
                List.of(new Shape(12, 20)));
    }

    /** The published Dyck training, or a much smaller one where times mean nothing. */
    TrainingSetup setup(Batching batching, int runCount) {
        long[] seeds = LongStream.range(FIRST_SEED, FIRST_SEED + runCount).toArray();
        if (timed) {
            SplitData data = DyckTraining.publishedData();
            // Nothing is evaluated, so the training set may stand for the test set.
            return DyckTraining.setup(new SplitData(data.train(), data.train()), batching, seeds);
        }
        return new TrainingSetup(
                Collections.nCopies(runCount, new DyckLanguage(5, 10, 120, 20, 3).generate(BenchmarkData.MEMORY)),
                new CausalTransformerArchitecture(TINY_SHAPE),
                DyckLanguage.PADDING,
                seeds,
                Collections.nCopies(runCount, new OptimizerSettings(1e-2, 0.5, 0.9, 0.98, 1e-8, 0, 1)),
                FusedOptimizer::adamW,
                8,
                batching,
                DType.FLOAT32);
    }
}
