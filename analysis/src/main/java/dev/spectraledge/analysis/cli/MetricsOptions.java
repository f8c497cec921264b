package dev.spectraledge.analysis.cli;

import dev.spectraledge.analysis.metrics.ForeignMetrics;
import dev.spectraledge.analysis.metrics.MetricsFile;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Where the losses are that stand beside the spectra of checkpoints. */
final class MetricsOptions {
    @Option(
            names = "--metrics",
            paramLabel = "FILE",
            description = "File with losses and other numbers by step: .csv, .jsonl, trainer_state.json, or a "
                    + "TensorBoard event file (default: metrics.csv of a run, or trainer_state.json of the "
                    + "newest checkpoint).")
    private Path file;

    @Option(
            names = "--step-column",
            paramLabel = "NAME",
            description = "Column or key in FILE that holds the step (default: step, global_step, iter, …).")
    private String stepColumn;

    /**
     * Reads what the user names, or else what lies beside the checkpoints, and says what became of it. What nobody named is
     * left out where it makes no sense.
     */
    Optional<ForeignMetrics> read(Path checkpoints, Consumer<String> say) {
        if (file == null && stepColumn != null) {
            throw new UsageException("--step-column needs --metrics");
        }
        Optional<ForeignMetrics> metrics = file == null
                ? MetricsFile.beside(checkpoints).flatMap(found -> readUnasked(found, say))
                : Optional.of(MetricsFile.read(file, Optional.ofNullable(stepColumn)));
        metrics.ifPresent(read -> say.accept(summary(read)));
        return metrics;
    }

    private static Optional<ForeignMetrics> readUnasked(Path found, Consumer<String> say) {
        try {
            return Optional.of(MetricsFile.read(found, Optional.empty()));
        } catch (RunException unusable) {
            say.accept("no metrics: " + unusable.getMessage());
            return Optional.empty();
        }
    }

    private static String summary(ForeignMetrics metrics) {
        String renamed = metrics.columns().entrySet().stream()
                .filter(entry -> !entry.getKey().equals(entry.getValue()))
                .map(entry -> entry.getKey() + " as " + entry.getValue())
                .collect(Collectors.joining(", "));
        Map<String, String> leftOut = metrics.leftOut();
        return "metrics: " + metrics.columns().size() + " columns at " + metrics.rows() + " steps from "
                + metrics.file()
                + (renamed.isEmpty() ? "" : "; " + renamed)
                + (leftOut.isEmpty() ? "" : "; left out: " + String.join(", ", leftOut.keySet()));
    }
}
