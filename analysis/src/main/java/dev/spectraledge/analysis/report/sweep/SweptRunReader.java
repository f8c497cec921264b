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

/**
 * Reads what the report of a sweep shows of each run, one run after another, and keeps no more of it; a file that is damaged
 * is named and left out.
 */
final class SweptRunReader {
    private static final String ACCURACY = "test_accuracy";

    private final SweepPlan plan;
    private final String column;
    private final DrawnCurves drawn;
    private final SharedValues environments = new SharedValues();
    private final List<String> damaged = new ArrayList<>();
    /** Of the first run without the column; null if each has it. */
    private RunTable withoutColumn;

    private boolean anyWithColumn;

    SweptRunReader(SweepPlan plan, String column, DrawnCurves drawn) {
        this.plan = plan;
        this.column = column;
        this.drawn = drawn;
    }

    SweptRun read(PlannedRun run) {
        Path directory = plan.directory(run);
        Optional<RunTable> metrics = part(directory.resolve("metrics.csv"), RunTable::read);
        metrics.ifPresent(this::lookForColumn);
        part(directory.resolve("environment.json"), JsonObject::read).ifPresent(environments::add);
        RunStatus status = RunStatus.of(plan, run);
        return new SweptRun(
                run,
                directory,
                status.state(),
                Optional.ofNullable(status.failure()).orElse(""),
                status.summary(),
                metrics.map(this::lastRow).orElse(SweptRun.Evaluation.NONE),
                metrics.filter(any -> drawn.contains(run)).map(this::curve).orElse(Curve.NONE));
    }

    private void lookForColumn(RunTable table) {
        if (table.column(column).isPresent()) {
            anyWithColumn = true;
        } else if (withoutColumn == null) {
            withoutColumn = table;
        }
    }

    private SweptRun.Evaluation lastRow(RunTable table) {
        return new SweptRun.Evaluation(last(table, "step"), last(table, ACCURACY), last(table, column));
    }

    private static double last(RunTable table, String column) {
        return table.column(column)
                .filter(values -> values.length > 0)
                .map(values -> values[values.length - 1])
                .orElse(Double.NaN);
    }

    private Curve curve(RunTable table) {
        return table.column(column)
                .map(values -> Curve.of(table.steps(), values))
                .orElse(Curve.NONE);
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

    /** What the runs that have begun say of the machine and the program that computed them. */
    SharedValues environments() {
        return environments;
    }

    /** One line for each file that could not be read. */
    List<String> damaged() {
        return List.copyOf(damaged);
    }
}
