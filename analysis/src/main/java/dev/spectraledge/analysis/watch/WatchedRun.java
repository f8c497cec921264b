package dev.spectraledge.analysis.watch;

import dev.spectraledge.trainer.io.CsvTail;
import dev.spectraledge.trainer.io.EventLog;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.run.RunState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A run of this program: a line for each evaluation, each event, and for each change of what the directory says of itself. A
 * run that is resumed writes rows again that have been told already; they are the same, and are not told twice.
 */
final class WatchedRun implements Watched {
    private final Path directory;
    private CsvTail metrics;
    private long metricsSize;
    private double toldStep = -1;
    private int toldEvents;
    private String state = "";

    WatchedRun(Path directory) {
        this.directory = directory;
    }

    @Override
    public List<String> look() {
        List<String> lines = new ArrayList<>();
        // Before the tables, so that a run which ends while they are read is looked at once more.
        String newState = readState();
        evaluations(lines);
        events(lines);
        if (!newState.equals(state)) {
            state = newState;
            lines.add("the run is " + state + failure());
        }
        return lines;
    }

    private void evaluations(List<String> lines) {
        Path file = directory.resolve("metrics.csv");
        if (!Files.isRegularFile(file)) {
            return;
        }
        long size = file.toFile().length();
        if (metrics == null || size < metricsSize) {
            if (size == 0) {
                return;
            }
            metrics = new CsvTail(file);
        }
        metricsSize = size;
        List<String> columns = metrics.columns();
        metrics.forEachNew(row -> {
            double step = value(columns, row, "step");
            if (step > toldStep) {
                toldStep = step;
                lines.add(evaluation(columns, row));
            }
        });
    }

    private static String evaluation(List<String> columns, double[] row) {
        return String.format(Locale.ROOT, "step %,d", Math.round(value(columns, row, "step")))
                + pair("loss", "%.1e", value(columns, row, "train_loss"), value(columns, row, "test_loss"))
                + pair("acc", "%.3f", value(columns, row, "train_accuracy"), value(columns, row, "test_accuracy"));
    }

    private static String pair(String name, String format, double train, double test) {
        if (Double.isNaN(train) && Double.isNaN(test)) {
            return "";
        }
        return "  " + name + " " + Lines.number(format, train) + "/" + Lines.number(format, test);
    }

    private static double value(List<String> columns, double[] row, String column) {
        int index = columns.indexOf(column);
        return index < 0 ? Double.NaN : row[index];
    }

    private void events(List<String> lines) {
        Path file = directory.resolve("events.csv");
        if (!Files.isRegularFile(file) || file.toFile().length() == 0) {
            return;
        }
        List<EventLog.Event> events = EventLog.read(file);
        events.stream().skip(toldEvents).map(Lines::of).forEach(lines::add);
        toldEvents = Math.max(toldEvents, events.size());
    }

    private Map<String, Object> summary() {
        Path file = directory.resolve(RunDirectory.SUMMARY);
        return Files.isRegularFile(file) ? Json.readObject(file) : Map.of();
    }

    private String readState() {
        return String.valueOf(summary().getOrDefault(RunDirectory.STATE, "about to begin"));
    }

    private String failure() {
        Object error = summary().get(RunDirectory.ERROR);
        return error == null ? "" : ": " + Printable.line(error.toString());
    }

    @Override
    public boolean isOver() {
        return state.equals(RunState.DONE.key()) || state.equals(RunState.FAILED.key());
    }
}
