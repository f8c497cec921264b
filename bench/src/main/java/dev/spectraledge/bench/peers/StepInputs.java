package dev.spectraledge.bench.peers;

import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.io.SafetensorsFile;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What every contestant starts from: the same weights, training rows and batches.
 *
 * @param weights initial weights by PyTorch {@code state_dict} name, row-major
 * @param sources of the training rows, a row for each; none where sequences answer nothing
 * @param tokens training tokens, a row for each sequence
 * @param labels of the tokens or of the sequences, a row for each sequence
 * @param batches one row of indices of training rows for every step
 * @param losses the reference's loss at every step
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
public record StepInputs(
        Map<String, Weight> weights, int[][] sources, int[][] tokens, int[][] labels, int[][] batches, float[] losses) {

    /**
     * A float32 tensor on the heap, where the peers take it from.
     *
     * @param shape its dimensions
     * @param values row-major
     */
    @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
    public record Weight(long[] shape, float[] values) {}

    /** Reads the three files of a reference trajectory. */
    public static StepInputs read(Files files) {
        Map<String, Weight> weights = new LinkedHashMap<>();
        try (MemoryOwner owner = MemoryOwner.open("inputs of the training step");
                SafetensorsFile weightFile = SafetensorsFile.open(files.weights());
                SafetensorsFile data = SafetensorsFile.open(files.data());
                SafetensorsFile trace = SafetensorsFile.open(files.trace())) {
            for (String name : weightFile.names()) {
                weights.put(name, new Weight(weightFile.shape(name), floats(owner, weightFile, name)));
            }
            boolean hasSources = data.names().contains("train_src");
            return new StepInputs(
                    weights,
                    hasSources ? rows(owner, data, "train_src") : new int[0][],
                    rows(owner, data, hasSources ? "train_tgt_in" : "train_x"),
                    rows(owner, data, hasSources ? "train_tgt_out" : "train_y"),
                    rows(owner, trace, "batch_idx"),
                    floats(owner, trace, "loss"));
        }
    }

    private static float[] floats(MemoryOwner owner, SafetensorsFile file, String name) {
        return file.read(owner, name).segment().toArray(ValueLayout.JAVA_FLOAT);
    }

    private static int[][] rows(MemoryOwner owner, SafetensorsFile file, String name) {
        Tensor tensor = file.read(owner, name);
        int[][] rows = new int[Math.toIntExact(tensor.size(0))][];
        for (int row = 0; row < rows.length; row++) {
            rows[row] = tensor.at(row).segment().toArray(ValueLayout.JAVA_INT);
        }
        return rows;
    }

    /** Number of scalar parameters. */
    public int parameterCount() {
        return weights.values().stream()
                .mapToInt(array -> array.values().length)
                .sum();
    }

    /** The tokens of step {@code step} (from 0, cyclic), rows concatenated. */
    public long[] batchTokens(int step) {
        return gather(tokens, step);
    }

    /** The labels of step {@code step} (from 0, cyclic), rows concatenated. */
    public long[] batchLabels(int step) {
        return gather(labels, step);
    }

    private long[] gather(int[][] rows, int step) {
        return Arrays.stream(batches[step % batches.length])
                .flatMap(row -> Arrays.stream(rows[row]))
                .asLongStream()
                .toArray();
    }

    /**
     * Where the inputs lie.
     *
     * @param weights initial weights
     * @param data {@code train_x} and {@code train_y}, or {@code train_src}, {@code train_tgt_in} and {@code train_tgt_out}
     * @param trace {@code batch_idx} and {@code loss}
     */
    public record Files(Path weights, Path data, Path trace) {
        /** The inputs of a task in a folder of reference trajectories. */
        static Files golden(Path folder, String task) {
            Path run = folder.resolve(task + "_s42_f32");
            return new Files(
                    run.resolve("weights_000000.safetensors"),
                    folder.resolve(task + "_data").resolve("data.safetensors"),
                    run.resolve("trace.safetensors"));
        }
    }
}
