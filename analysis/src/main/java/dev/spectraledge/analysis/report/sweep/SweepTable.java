package dev.spectraledge.analysis.report.sweep;

import dev.spectraledge.analysis.published.CsvLines;
import dev.spectraledge.trainer.io.AtomicFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The table of all runs as a CSV file: swept keys, state, grok step, what it came to, how fast, and why it failed. */
final class SweepTable {
    static final String FILE_NAME = "table.csv";

    private final SweepRecord sweep;

    SweepTable(SweepRecord sweep) {
        this.sweep = sweep;
    }

    void write() {
        StringBuilder text = new StringBuilder(row(header()));
        for (SweptRun run : sweep.runs()) {
            text.append(row(cells(run)));
        }
        Path file = sweep.plan().root().resolve(FILE_NAME);
        AtomicFile.write(file, text.toString());
    }

    private List<String> header() {
        List<String> names = new ArrayList<>(List.of("id"));
        names.addAll(sweep.plan().sweptKeys());
        names.addAll(List.of("state", "grok_step"));
        names.addAll(sweep.separateGrokSteps());
        names.addAll(List.of("final_step", "final_test_accuracy"));
        if (!sweep.column().equals("test_accuracy")) {
            names.add("final_" + sweep.column());
        }
        names.addAll(List.of("steps_per_second", "wall_seconds", "directory", "error"));
        return names;
    }

    private List<String> cells(SweptRun run) {
        List<String> cells = new ArrayList<>(List.of(run.planned().id()));
        for (String key : sweep.plan().sweptKeys()) {
            Object value = run.value(key);
            cells.add(value == null ? "" : value.toString());
        }
        cells.add(run.state().key());
        cells.add(number(run.number("grok_step").orElse(Double.NaN)));
        for (String name : sweep.separateGrokSteps()) {
            cells.add(number(run.number(name).orElse(Double.NaN)));
        }
        cells.add(number(run.lastStep()));
        cells.add(number(run.evaluated().testAccuracy()));
        if (!sweep.column().equals("test_accuracy")) {
            cells.add(number(run.evaluated().shown()));
        }
        cells.add(number(run.stepsPerSecond()));
        cells.add(number(run.number("wall_seconds").orElse(Double.NaN)));
        cells.add("runs/" + run.planned().id());
        cells.add(run.cause());
        return cells;
    }

    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "";
        }
        boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
        return whole ? Long.toString((long) value) : Double.toString(value);
    }

    private static String row(List<String> cells) {
        return CsvLines.write(cells) + "\n";
    }
}
