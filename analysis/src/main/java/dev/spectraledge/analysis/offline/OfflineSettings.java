package dev.spectraledge.analysis.offline;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What to analyse.
 *
 * @param checkpoints a folder of checkpoints, or a run directory
 * @param output folder that receives the tables; made where it is missing
 * @param stride steps between the checkpoints that are used; empty uses all, whatever their spacing
 * @param windows W, updates in a rolling window; each gets a table, and groups are looked at with the first
 * @param selection the parameters that are looked at
 * @param nulls whether each window gets null spectra
 * @param seed of the null spectra's random numbers
 * @param keepProducts whether the products are kept in a file, and those of an earlier analysis used
 * @param learningRate η where it is neither in the checkpoints nor in the run's configuration, or to override it
 * @param weightDecay ω likewise
 */
public record OfflineSettings(
        Path checkpoints,
        Path output,
        OptionalLong stride,
        List<Integer> windows,
        TensorSelection selection,
        boolean nulls,
        long seed,
        boolean keepProducts,
        OptionalDouble learningRate,
        OptionalDouble weightDecay) {
    public OfflineSettings {
        windows = List.copyOf(windows);
        if (windows.isEmpty()) {
            throw new IllegalArgumentException("an analysis needs a window");
        }
    }

    /** The same with or without null spectra. */
    public OfflineSettings withNulls(boolean wanted) {
        return new OfflineSettings(
                checkpoints, output, stride, windows, selection, wanted, seed, keepProducts, learningRate, weightDecay);
    }

    /** Name without ending of the table of a window: the first is {@code spectrum}. */
    String table(int window) {
        return window == windows.getFirst() ? "spectrum" : "spectrum_w" + window;
    }

    /** Ages of the products that the windows need: each update meets those of its window and the one that has left it. */
    int ages() {
        return windows.stream().mapToInt(Integer::intValue).max().orElseThrow() + 1;
    }
}
