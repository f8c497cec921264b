package dev.spectraledge.bench.peers;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.data.Examples;
import dev.spectraledge.trainer.io.SafetensorsWriter;
import dev.spectraledge.trainer.step.Lanes;
import dev.spectraledge.trainer.step.StepTrainer;
import dev.spectraledge.trainer.step.TrainingSetup;
import dev.spectraledge.trainer.training.SampledBatches;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the inputs of a step for which there is no reference trajectory: initial weights, data and draws of our engine, and the
 * losses of its steps in double precision.
 */
final class GeneratedInputs {
    /** Steps with draws of their own; after the last the first follow. */
    private static final int STEPS = 200;

    private GeneratedInputs() {}

    static StepInputs.Files write(Path folder, Workload workload) {
        TrainingSetup setup = workload.generated();
        StepInputs.Files files = new StepInputs.Files(
                folder.resolve("weights.safetensors"),
                folder.resolve("data.safetensors"),
                folder.resolve("trace.safetensors"));
        SampledBatches batches = new SampledBatches(setup.seeds(), setup.trainSequences());
        Backend backend = new CpuBackend();
        try (MemoryOwner owner = MemoryOwner.open("inputs of the training step");
                Workers workers = new Workers(Lanes.workers(setup, 0));
                StepTrainer trainer = new StepTrainer(Lanes.onHost(backend, workers), setup, batches, List.of())) {
            trainer.initialise();
            Map<String, Tensor> weights = new LinkedHashMap<>();
            trainer.parameters().named(0).forEach((name, tensor) -> {
                weights.put(name, single(backend, owner, tensor));
                // The reference must start from the same rounded weights as everybody else.
                backend.copy(weights.get(name), tensor);
            });
            SafetensorsWriter.write(files.weights(), weights, workload.facts());
            SafetensorsWriter.write(
                    files.data(), trainingRows(owner, setup.data().getFirst().train()), Map.of());
            Map<String, Tensor> trace = Map.of(
                    "batch_idx",
                    draws(owner, batches, setup.batchSize()),
                    "loss",
                    losses(owner, trainer, workload.verifiedSteps()));
            SafetensorsWriter.write(files.trace(), trace, Map.of());
        }
        return files;
    }

    private static Tensor single(Backend backend, MemoryOwner owner, Tensor tensor) {
        Tensor result = Tensor.allocate(owner, DType.FLOAT32, tensor.shape());
        backend.copy(tensor, result);
        return result;
    }

    private static Map<String, Tensor> trainingRows(MemoryOwner owner, Examples train) {
        Tensor tokens = Tensor.allocate(owner, DType.INT32, train.size(), train.contextLength());
        int labelled = train.form().eachToken() ? train.contextLength() : 1;
        Tensor labels = Tensor.allocate(owner, DType.INT32, train.size(), labelled);
        for (int row = 0; row < train.size(); row++) {
            for (int position = 0; position < train.contextLength(); position++) {
                tokens.set(train.token(row, position), row, position);
            }
            for (int label = 0; label < labelled; label++) {
                labels.set(train.target(row, label), row, label);
            }
        }
        return Map.of("train_x", tokens, "train_y", labels);
    }

    private static Tensor draws(MemoryOwner owner, SampledBatches batches, int batchSize) {
        Tensor result = Tensor.allocate(owner, DType.INT32, STEPS, batchSize);
        long[] draws = new long[batchSize];
        for (int step = 0; step < STEPS; step++) {
            batches.draw(step + 1, 0, draws);
            for (int draw = 0; draw < batchSize; draw++) {
                result.set((double) draws[draw], step, draw);
            }
        }
        return result;
    }

    private static Tensor losses(MemoryOwner owner, StepTrainer trainer, int steps) {
        Tensor losses = Tensor.allocate(owner, DType.FLOAT32, steps);
        trainer.start();
        for (int step = 0; step < steps; step++) {
            trainer.step();
            losses.set(trainer.loss(0), step);
        }
        return losses;
    }
}
