package dev.spectraledge.analysis.report.sweep;

import dev.spectraledge.analysis.report.JsonObject;
import dev.spectraledge.analysis.report.RunTable;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.sweep.PlannedRun;
import dev.spectraledge.trainer.sweep.RunStatus;
import dev.spectraledge.trainer.sweep.SweepPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads what the report of a sweep shows of each run; a file that is damaged is named and left out. */
final class SweptRunReader {
    private static final String ACCURACY = "test_accuracy";

    private final SweepPlan plan;
    private final String column;
    private final List<String> damaged = new ArrayList<>();
    /** Of the first run without the column; null if each has it. */
    private RunTable withoutColumn;

    private boolean anyWithColumn;

    SweptRunReader(SweepPlan plan, String column) {
        this.plan = plan;
        this.column = column;
    }

    SweptRun read(PlannedRun run) {
        Path directory = plan.directory(run);
        Optional<RunTable> metrics = part(directory.resolve("metrics.csv"), RunTable::read);
        RunStatus status = RunStatus.of(plan, run);
        return new SweptRun(
                run,
                directory,
                status.state().key(),
                Optional.ofNullable(status.failure()).orElse(""),
                part(directory.resolve("summary.json"), JsonObject::read),
                part(directory.resolve("environment.json"), JsonObject::read),
                metrics.map(this::curve).orElse(SweptRun.Curve.NONE),
                metrics.flatMap(table -> table.column(ACCURACY))
                        .map(values -> values.length == 0 ? Double.NaN : values[values.length - 1])
                        .orElse(Double.NaN));
    }

    private SweptRun.Curve curve(RunTable table) {
        Optional<double[]> values = table.column(column);
        if (values.isEmpty()) {
            withoutColumn = withoutColumn == null ? table : withoutColumn;
            return SweptRun.Curve.unknown(table.steps());
        }
        anyWithColumn = true;
        return new SweptRun.Curve(table.steps(), values.get());
    }

    private <T> Optional<T> part(Path file, Function<Path, T> reader) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(reader.apply(file));
        } catch (RunException unreadable) {
            damaged.add(unreadable.getMessage());
            return Optional.empty();
        }
    }

    /** @throws RunException if there are runs with metrics, but none has the column */
    void requireColumn() {
        if (withoutColumn != null && !anyWithColumn) {
            withoutColumn.require(column);
        }
    }

    /** One line for each file that could not be read. */
    List<String> damaged() {
        return List.copyOf(damaged);
    }
}
