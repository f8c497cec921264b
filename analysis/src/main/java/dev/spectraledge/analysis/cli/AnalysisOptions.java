package dev.spectraledge.analysis.cli;

import dev.spectraledge.analysis.metrics.ForeignMetrics;
import dev.spectraledge.analysis.offline.AnalysisFolder;
import dev.spectraledge.analysis.offline.OfflineSettings;
import dev.spectraledge.analysis.offline.TensorSelection;
import dev.spectraledge.kernels.linalg.RollingGram;
import dev.spectraledge.trainer.UsageException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is looked at in checkpoints, and how; for commands that analyse them. */
final class AnalysisOptions {
    private static final int SMALLEST_WINDOW = 2;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "DIR2",
            description = "Folder for the results (default: analysis/NAME, with the name of the run or folder).")
    private Path out;

    @Option(
            names = "--stride",
            paramLabel = "N",
            description = "Steps per update; checkpoints in between are ignored (default: use every checkpoint, "
                    + "whatever the spacing).")
    private Long stride;

    @Option(
            names = {"--windows", "--window"},
            paramLabel = "W",
            split = ",",
            description = "Number of updates in the rolling window. Several numbers give a table each (default: "
                    + "${DEFAULT-VALUE}, as published).",
            defaultValue = "5")
    private List<Integer> windows;

    @Option(
            names = "--subset",
            description = "Parameters to analyse: attention, mlp, blocks (both) or embeddings, which contain "
                    + "matrices without biases; norms or all, which contain everything; or a regular "
                    + "expression to search for in their names (default: ${DEFAULT-VALUE}).",
            defaultValue = "attention")
    private String subset;

    @Option(
            names = "--include",
            paramLabel = "REGEX",
            description = "Also analyse parameters whose names match this regular expression; may be repeated.")
    private List<String> include = List.of();

    @Option(
            names = "--exclude",
            paramLabel = "REGEX",
            description = "Do not read parameters whose names match this regular expression; may be repeated.")
    private List<String> exclude = List.of();

    @Option(
            names = "--count-tied",
            description = "Count every tensor, even if it shares its memory with another, such as a head tied to "
                    + "the token table (default: count the first).")
    private boolean countTied;

    @Option(
            names = "--lr",
            paramLabel = "RATE",
            description = "Learning rate, needed to separate decay from gradient (default: the one stored in the "
                    + "checkpoints or the run).")
    private Double learningRate;

    @Option(
            names = "--weight-decay",
            paramLabel = "DECAY",
            description = "Weight decay (default: the one stored in the checkpoints or the run).")
    private Double weightDecay;

    @Mixin
    private MetricsOptions metricsOptions = new MetricsOptions();

    @Option(names = "--no-nulls", description = "Skip the null spectra, which take most of the time.")
    private boolean withoutNulls;

    @Option(names = "--seed", description = "Seed of the null spectra (default: ${DEFAULT-VALUE}).", defaultValue = "0")
    private long seed;

    /**
     * What is asked for.
     *
     * @throws UsageException with one line if that makes no sense, or the folder that receives the results is in use
     */
    OfflineSettings settings(Path checkpoints, boolean keepProducts) {
        requireSensibleNumbers();
        Path output = out == null ? AnalysisFolder.usual(checkpoints) : out;
        AnalysisFolder.requireFree(output, checkpoints, out != null);
        return new OfflineSettings(
                checkpoints,
                output,
                stride == null ? OptionalLong.empty() : OptionalLong.of(stride),
                windows.stream().distinct().toList(),
                TensorSelection.of(subset, include, exclude, countTied),
                !withoutNulls,
                seed,
                keepProducts,
                optional(learningRate),
                optional(weightDecay));
    }

    /** Losses beside the spectra; empty where there are none. */
    Optional<ForeignMetrics> metrics(Path checkpoints, Consumer<String> say) {
        return metricsOptions.read(checkpoints, say);
    }

    private void requireSensibleNumbers() {
        for (int window : windows) {
            if (window < SMALLEST_WINDOW || window > RollingGram.MAXIMUM_WINDOW) {
                throw new UsageException("--window must be " + SMALLEST_WINDOW + " to " + RollingGram.MAXIMUM_WINDOW
                        + ", not " + window);
            }
        }
        if (stride != null && stride < 1) {
            throw new UsageException("--stride must be at least 1, not " + stride);
        }
        if (learningRate != null && !(learningRate > 0 && Double.isFinite(learningRate))) {
            throw new UsageException("--lr must be a finite number greater than 0, not " + learningRate);
        }
        if (weightDecay != null && !(weightDecay >= 0 && Double.isFinite(weightDecay))) {
            throw new UsageException("--weight-decay must be a finite number of at least 0, not " + weightDecay);
        }
    }

    private static OptionalDouble optional(Double value) {
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }
}
