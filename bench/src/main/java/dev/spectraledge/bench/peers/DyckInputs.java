package dev.spectraledge.bench.peers;

import java.io.IOException;
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
public record DyckInputs(
        Map<String, SafetensorsFile.FloatArray> weights,
        int[][] tokens,
        int[][] labels,
        int[][] batches,
        float[] losses) {

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

    /** Reads the three files of a reference trajectory. */
    public static DyckInputs read(Files files) throws IOException {
        SafetensorsFile weightFile = SafetensorsFile.read(files.weights());
        Map<String, SafetensorsFile.FloatArray> weights = new LinkedHashMap<>();
        for (String name : weightFile.names()) {
            weights.put(name, weightFile.floats(name));
        }
        SafetensorsFile data = SafetensorsFile.read(files.data());
        SafetensorsFile trace = SafetensorsFile.read(files.trace());
        return new DyckInputs(
                weights,
                data.integerRows("train_x"),
                data.integerRows("train_y"),
                trace.integerRows("batch_idx"),
                trace.floats("loss").values());
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
