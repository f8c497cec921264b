package dev.spectraledge.bench.peers;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.io.SafetensorsWriter;
import java.nio.file.Path;
import java.util.Map;

/** Writes inputs of two training rows and a constant reference loss. */
final class TinyInputs {

    static final float LOSS = 2.5f;
    static final int STEPS = 12;

    private TinyInputs() {}

    static StepInputs.Files write(Path folder) {
        try (MemoryOwner owner = MemoryOwner.open("tiny inputs")) {
            Tensor losses = Tensor.allocate(owner, DType.FLOAT32, STEPS);
            Tensor batches = Tensor.allocate(owner, DType.INT32, STEPS, 1);
            for (int step = 0; step < STEPS; step++) {
                losses.set(LOSS, step);
                batches.set(step % 2, step, 0);
            }
            StepInputs.Files files = new StepInputs.Files(
                    folder.resolve("weights.safetensors"),
                    folder.resolve("data.safetensors"),
                    folder.resolve("trace.safetensors"));
            SafetensorsWriter.write(files.weights(), Map.of("w", Tensor.allocate(owner, DType.FLOAT32, 2)), Map.of());
            SafetensorsWriter.write(
                    files.data(),
                    Map.of(
                            "train_x", integers(owner, new int[][] {{0, 1}, {0, 2}}),
                            "train_y", integers(owner, new int[][] {{1, 0}, {1, DyckStepFacts.IGNORED_LABEL}})),
                    Map.of());
            SafetensorsWriter.write(files.trace(), Map.of("loss", losses, "batch_idx", batches), Map.of());
            return files;
        }
    }

    private static Tensor integers(MemoryOwner owner, int[][] rows) {
        Tensor tensor = Tensor.allocate(owner, DType.INT32, rows.length, rows[0].length);
        for (int row = 0; row < rows.length; row++) {
            for (int column = 0; column < rows[row].length; column++) {
                tensor.set(rows[row][column], row, column);
            }
        }
        return tensor;
    }
}
