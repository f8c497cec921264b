package dev.spectraledge.trainer.config;

import dev.spectraledge.kernels.linalg.RollingGram;
import dev.spectraledge.trainer.Observed;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.key.DefaultValue;
import dev.spectraledge.trainer.key.LeftOutByDefault;
import dev.spectraledge.trainer.key.MayBeNull;
import dev.spectraledge.trainer.key.Range;
import java.util.List;

/**
 * One observer of the stream of updates, or of gradients.
 *
 * @param name appears in file names: letters, digits, '-' and '_'
 * @param stride steps per observed update
 * @param window updates in the rolling window, W
 * @param subset the part of the parameters that is watched
 * @param of what is observed of them: their updates, or the gradient of every {@code stride}-th step
 * @param nulls whether null spectra are computed beside the observed ones
 * @param nullEvery windows between null spectra
 * @param storage what is kept of the updates in the window
 * @param dimension numbers in a sketch; null for {@value #ROWS_PER_UPDATE}·W
 * @param sketch how sketches are made
 * @param groups whether every group of the watched parameters, such as the attention of a layer, gets rows of its own
 * @param alsoWindows widths of further, smaller windows of the same updates, each with a table of its own
 * @param alarm gap ratio at the edge from which on the event {@code edge_<name>} is raised; null for never
 */
public record ObserverConfig(
        String name,
        @DefaultValue("1") @Range(min = 1) int stride,

        @DefaultValue("10") @Range(min = 2, max = RollingGram.MAXIMUM_WINDOW)
        int window,

        @DefaultValue("attention") ParameterSubset subset,
        @DefaultValue("updates") @LeftOutByDefault Observed of,
        @DefaultValue("true") boolean nulls,
        @DefaultValue("100") @Range(min = 1) int nullEvery,
        @DefaultValue("float32") @LeftOutByDefault Storage storage,

        @DefaultValue("null") @LeftOutByDefault @MayBeNull @Range(min = 2, max = 1_000_000)
        Integer dimension,

        @DefaultValue("gaussian") @LeftOutByDefault SketchKind sketch,

        @DefaultValue("false") @LeftOutByDefault boolean groups,

        @DefaultValue("[]") @LeftOutByDefault @Range(min = 2, max = RollingGram.MAXIMUM_WINDOW)
        List<Long> alsoWindows,

        @DefaultValue("null") @LeftOutByDefault @MayBeNull @Range(min = 1)
        Double alarm) {
    private static final int ROWS_PER_UPDATE = 10;
    /** Numbers in an update of 32 MB in single precision. */
    private static final double LARGE_UPDATE = 1 << 23;

    public ObserverConfig {
        if (!name.matches("[A-Za-z0-9_-]+")) {
            throw new IllegalArgumentException(
                    "name may hold letters, digits, '-' and '_', not '" + Printable.value(name) + "'");
        }
        if (storage != Storage.SKETCH && dimension != null) {
            throw new IllegalArgumentException(
                    "dimension (" + dimension + ") applies to sketches; it needs storage=sketch");
        }
        if (groups && (storage == Storage.SKETCH || of.isGradient())) {
            throw new IllegalArgumentException(
                    "groups need windows of whole updates: storage=float32 or bfloat16, of=updates");
        }
        if (storage == Storage.BFLOAT16 && stride > 1 && !of.isGradient()) {
            throw new IllegalArgumentException(
                    "storage bfloat16 keeps no decay parts, which updates of several steps (stride " + stride
                            + ") need; choose stride=1, or storage=float32");
        }
        alsoWindows = List.copyOf(alsoWindows);
        if (!alsoWindows.isEmpty() && storage == Storage.SKETCH) {
            throw new IllegalArgumentException("alsoWindows need whole updates: storage=float32 or bfloat16");
        }
        boolean distinct = alsoWindows.stream().distinct().count() == alsoWindows.size();
        if (!distinct || alsoWindows.stream().anyMatch(other -> other >= window)) {
            throw new IllegalArgumentException("alsoWindows (" + alsoWindows
                    + ") must be different from each other and smaller than window (" + window + ")");
        }
        if (dimension != null && dimension < window) {
            throw new IllegalArgumentException("dimension (" + dimension + ") must be at least window (" + window
                    + "): fewer numbers cannot show as many singular values");
        }
    }

    /** d, the numbers in a sketch. */
    public int sketchDimension() {
        return dimension == null ? ROWS_PER_UPDATE * window : dimension;
    }

    /**
     * Updates that are taken together, which reads the window once for all of them. Of large ones, whose blocks take nearly as
     * much memory as windows, it is half as many.
     *
     * @param most what the backend takes at once
     * @param parameters numbers in an update
     */
    public int block(int most, double parameters) {
        int together = parameters < LARGE_UPDATE ? most : most / 2;
        return Math.max(1, together / stride);
    }

    /** Name of the event that the edge of this observer's window has reached the gap ratio {@code alarm}. */
    public String alarmEvent() {
        return "edge_" + name;
    }
}
