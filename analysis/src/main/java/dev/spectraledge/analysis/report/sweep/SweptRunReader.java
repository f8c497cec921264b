package dev.spectraledge.analysis.report.sweep;

import dev.spectraledge.analysis.report.JsonObject;
import dev.spectraledge.analysis.report.RunTable;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.sweep.PlannedRun;
import dev.spectraledge.trainer.sweep.SweepPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads what the report of a sweep shows of each run. */
final class SweptRunReader {
    private final SweepPlan plan;
    private final String column;

    SweptRunReader(SweepPlan plan, String column) {
        this.plan = plan;
        this.column = column;
    }

    SweptRun read(PlannedRun run) {
        Path directory = plan.directory(run);
        Optional<JsonObject> summary = json(directory.resolve("summary.json"));
        Optional<RunTable> metrics = SweptRun.metrics(directory);
        String state = state(run, directory, summary);
        return new SweptRun(
                run,
                directory,
                state,
                cause(run, summary),
                summary,
                json(directory.resolve("environment.json")),
                metrics.map(table -> SweptRun.curve(table, column)).orElse(SweptRun.Curve.NONE),
                SweptRun.finalAccuracy(metrics));
    }

    private static Optional<JsonObject> json(Path file) {
        return Files.exists(file) ? Optional.of(JsonObject.read(file)) : Optional.empty();
    }

    private String state(PlannedRun run, Path directory, Optional<JsonObject> summary) {
        if (Files.exists(plan.failure(run))) {
            return "failed";
        }
        String state = summary.flatMap(values -> values.text("state")).orElse("waiting");
        return state.equals("running") && !isInUse(directory) ? "interrupted" : state;
    }

    private static boolean isInUse(Path directory) {
        try (RunDirectory run = RunDirectory.open(directory)) {
            return run.isInUse();
        }
    }

    private String cause(PlannedRun run, Optional<JsonObject> summary) {
        Path file = plan.failure(run);
        if (!Files.exists(file)) {
            return summary.flatMap(values -> values.text("error")).orElse("");
        }
        try {
            return Files.readString(file).strip();
        } catch (IOException failure) {
            throw RunException.of("cannot read", file, failure);
        }
    }
}
