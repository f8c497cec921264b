package dev.spectraledge.bench.gpu;

import dev.spectraledge.bench.BenchmarkData;
import dev.spectraledge.bench.dyck.DyckTraining;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.data.Examples;
import dev.spectraledge.trainer.data.LabelledSequences;
import dev.spectraledge.trainer.data.SplitData;
import dev.spectraledge.trainer.io.SafetensorsFile;
import dev.spectraledge.trainer.step.BatchSource;
import dev.spectraledge.trainer.step.Lanes;
import dev.spectraledge.trainer.step.StepTrainer;
import dev.spectraledge.trainer.step.TrainingSetup;
import dev.spectraledge.trainer.training.RecordedBatches;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The Dyck trajectories that PyTorch computed in float32 and in float64, from the same weights and with the same batches. */
final class GoldenDyck {
    private static final long SEED = 42;

    private final Path folder;

    /** @param folder that holds {@code dyck_data}, {@code dyck_s42_f32} and {@code dyck_s42_f64} */
    GoldenDyck(Path folder) {
        this.folder = folder;
    }

    TrainingSetup setup(Batching batching) {
        try (MemoryOwner owner = MemoryOwner.open("golden data");
                SafetensorsFile file = SafetensorsFile.open(folder.resolve("dyck_data/data.safetensors"))) {
            Examples train = LabelledSequences.ofLabelledTokens(
                    BenchmarkData.MEMORY,
                    "train",
                    file.read(owner, "train_x"),
                    file.read(owner, "train_y"),
                    DyckTraining.VOCABULARY,
                    DyckTraining.CLASSES);
            // Nothing is evaluated, so the training set may stand for the test set.
            return DyckTraining.setup(new SplitData(train, train), batching, SEED);
        }
    }

    /** A training in float32 that is ready for the first step. */
    StepTrainer trainer(Backend backend, Batching batching) {
        TrainingSetup setup = setup(batching);
        StepTrainer trainer = new StepTrainer(Lanes.onDevice(backend), setup, batches(setup), List.of());
        loadWeights(backend, trainer.parameters().named(0));
        trainer.start();
        return trainer;
    }

    private BatchSource batches(TrainingSetup setup) {
        try (MemoryOwner owner = MemoryOwner.open("golden batches");
                SafetensorsFile trace = SafetensorsFile.open(folder.resolve("dyck_s42_f32/trace.safetensors"))) {
            return new RecordedBatches(
                    "trace.safetensors", trace.read(owner, "batch_idx"), setup.batchSize(), setup.trainSequences());
        }
    }

    private void loadWeights(Backend backend, Map<String, Tensor> targets) {
        try (MemoryOwner owner = MemoryOwner.open("golden weights");
                SafetensorsFile weights =
                        SafetensorsFile.open(folder.resolve("dyck_s42_f32/weights_000000.safetensors"))) {
            targets.forEach((name, target) -> backend.copy(weights.read(owner, name), target));
        }
    }

    /** Losses of the float64 reference. */
    double[] reference() {
        return losses("dyck_s42_f64");
    }

    /** Losses of PyTorch's own float32 run. */
    double[] pyTorch() {
        return losses("dyck_s42_f32");
    }

    private double[] losses(String run) {
        try (MemoryOwner owner = MemoryOwner.open("golden losses");
                SafetensorsFile file = SafetensorsFile.open(folder.resolve(run).resolve("trace.safetensors"))) {
            Tensor loss = file.read(owner, "loss");
            double[] values = new double[Math.toIntExact(loss.size(0))];
            for (int step = 0; step < values.length; step++) {
                values[step] = loss.get(step);
            }
            return values;
        }
    }
}
