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
 * @param tokens training tokens, rows of {@link #CONTEXT}, padding token 2
 * @param labels depth labels of the same shape, {@link #IGNORED_LABEL} at padding
 * @param batches one row of indices of training rows for every step
 * @param losses the reference's loss at every step
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
public record DyckInputs(Map<String, Weight> weights, int[][] tokens, int[][] labels, int[][] batches, float[] losses) {

    public static final int CONTEXT = 24;
    public static final int MODEL_WIDTH = 128;
    public static final int HEADS = 4;
    public static final int LAYERS = 2;
    public static final int CLASSES = 13;
    public static final int IGNORED_LABEL = -100;
    public static final double LEARNING_RATE = 1e-3;
    public static final double BETA_1 = 0.9;
    public static final double BETA_2 = 0.98;
    public static final double EPSILON = 1e-8;
    public static final double WEIGHT_DECAY = 1.0;
    public static final double MAXIMUM_GRADIENT_NORM = 1.0;
    public static final double LAYER_NORM_EPSILON = 1e-5;

    /**
     * A float32 tensor on the heap, where the peers take it from.
     *
     * @param shape its dimensions
     * @param values row-major
     */
    @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
    public record Weight(long[] shape, float[] values) {}

    /** Reads the three files of a reference trajectory. */
    public static DyckInputs read(Files files) {
        Map<String, Weight> weights = new LinkedHashMap<>();
        try (MemoryOwner owner = MemoryOwner.open("inputs of the training step");
                SafetensorsFile weightFile = SafetensorsFile.open(files.weights());
                SafetensorsFile data = SafetensorsFile.open(files.data());
                SafetensorsFile trace = SafetensorsFile.open(files.trace())) {
            for (String name : weightFile.names()) {
                weights.put(name, new Weight(weightFile.shape(name), floats(owner, weightFile, name)));
            }
            return new DyckInputs(
                    weights,
                    rows(owner, data, "train_x"),
                    rows(owner, data, "train_y"),
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
     * @param data {@code train_x} and {@code train_y}
     * @param trace {@code batch_idx} and {@code loss}
     */
    public record Files(Path weights, Path data, Path trace) {

        /** The layout of a folder of reference trajectories. */
        public static Files in(Path golden) {
            Path run = golden.resolve("dyck_s42_f32");
            return new Files(
                    run.resolve("weights_000000.safetensors"),
                    golden.resolve("dyck_data").resolve("data.safetensors"),
                    run.resolve("trace.safetensors"));
        }
    }
}
