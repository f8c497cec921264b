package dev.spectraledge.bench.dyck;

import dev.spectraledge.bench.BenchmarkData;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Gelu;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.UpdateObserver;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.data.SplitData;
import dev.spectraledge.trainer.model.CausalTransformerArchitecture;
import dev.spectraledge.trainer.model.TransformerShape;
import dev.spectraledge.trainer.optimizer.FusedOptimizer;
import dev.spectraledge.trainer.optimizer.OptimizerSettings;
import dev.spectraledge.trainer.step.BatchSource;
import dev.spectraledge.trainer.step.Lanes;
import dev.spectraledge.trainer.step.StepTrainer;
import dev.spectraledge.trainer.step.TrainingSetup;
import dev.spectraledge.trainer.task.dyck.DyckLanguage;
import dev.spectraledge.trainer.training.SampledBatches;
import java.util.Collections;
import java.util.List;

/** One float32 run of the published configuration on the CPU: 273,421 parameters, batches of 50, AdamW, weight decay 1. */
public final class DyckTraining implements AutoCloseable {

    public static final int VOCABULARY = 3;
    public static final int CLASSES = 13;
    /** W_Q, W_K, W_V and W_O of both layers. */
    public static final long ATTENTION_PARAMETERS = 131_072;

    private static final long SEED = 42;
    private static final int CONTEXT = 24;
    private static final int BATCH = 50;
    private static final TransformerShape SHAPE =
            new TransformerShape(VOCABULARY, CLASSES, CONTEXT, 48, 2, 128, 4, 256, Gelu.ERF);
    private static final double CLIP = 1;
    private static final OptimizerSettings ADAM_W = new OptimizerSettings(1e-3, 1, 0.9, 0.98, 1e-8, 0, CLIP);

    private final Workers workers;
    private final boolean ownsWorkers;
    private final StepTrainer trainer;

    /** Makes the observers of a training from what they compute with. */
    @FunctionalInterface
    public interface Observers {

        /** For a training that nobody watches. */
        Observers NONE = (backend, workers) -> List.of();

        List<? extends UpdateObserver> create(Backend backend, Workers workers);
    }

    /**
     * Builds the trainer; fill or initialise its parameters and call {@link StepTrainer#start()} before the first step.
     *
     * @param threads our workers, each with single-threaded BLAS
     */
    public DyckTraining(SplitData data, BatchSource batches, Batching batching, int threads, Observers observers) {
        this(data, batches, batching, new Workers(threads), true, observers);
    }

    private DyckTraining(
            SplitData data,
            BatchSource batches,
            Batching batching,
            Workers workers,
            boolean ownsWorkers,
            Observers observers) {
        this.workers = workers;
        this.ownsWorkers = ownsWorkers;
        Backend backend = new CpuBackend();
        TrainingSetup setup = setup(data, batching, SEED);
        trainer = new StepTrainer(Lanes.onHost(backend, workers), setup, batches, observers.create(backend, workers));
    }

    /** The published configuration in float32, one run for each seed. */
    public static TrainingSetup setup(SplitData data, Batching batching, long... seeds) {
        return new TrainingSetup(
                Collections.nCopies(seeds.length, data),
                new CausalTransformerArchitecture(SHAPE),
                DyckLanguage.PADDING,
                seeds,
                Collections.nCopies(seeds.length, ADAM_W),
                FusedOptimizer::adamW,
                BATCH,
                batching,
                DType.FLOAT32);
    }

    /** The published data: 50 strings of up to 12 pairs to train on, 5000 to test. */
    public static SplitData publishedData() {
        return new DyckLanguage(CLASSES - 1, CONTEXT, 5050, 50, 0).generate(BenchmarkData.MEMORY);
    }

    /** The published data (50 strings of up to 12 pairs to train on) and our own draws, ready for the first step. */
    public static DyckTraining published(Batching batching, int threads, Observers observers) {
        return published(batching, new Workers(threads), true, observers);
    }

    /** The same with the workers of this one, which is closed last: those of two teams would be in each other's way. */
    public DyckTraining another(Batching batching, Observers observers) {
        return published(batching, workers, false, observers);
    }

    private static DyckTraining published(
            Batching batching, Workers workers, boolean ownsWorkers, Observers observers) {
        SplitData data = publishedData();
        SampledBatches batches =
                new SampledBatches(new long[] {SEED}, data.train().size());
        DyckTraining training = new DyckTraining(data, batches, batching, workers, ownsWorkers, observers);
        training.trainer.initialise();
        training.trainer.start();
        return training;
    }

    public StepTrainer trainer() {
        return trainer;
    }

    @Override
    public void close() {
        trainer.close();
        if (ownsWorkers) {
            workers.close();
        }
    }
}
