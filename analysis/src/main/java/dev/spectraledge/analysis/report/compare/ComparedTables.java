package dev.spectraledge.analysis.report.compare;

import dev.spectraledge.analysis.published.CsvLines;
import dev.spectraledge.trainer.io.AtomicFile;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** The numbers of a comparison as tables for other programs. */
final class ComparedTables {
    /** A row per run: what differs, and what it came to. */
    static final String RUNS = "runs.csv";
    /** Every point of every curve: run, column, step, value. */
    static final String CURVES = "curves.csv";

    private final List<ComparedRun> runs;
    private final List<String> columns;
    private final Differences differences;

    ComparedTables(List<ComparedRun> runs, List<String> columns, Differences differences) {
        this.runs = runs;
        this.columns = columns;
        this.differences = differences;
    }

    void write(Path folder) {
        StringBuilder text = new StringBuilder();
        List<String> header = new ArrayList<>(List.of("run"));
        header.addAll(differences.different().keySet());
        header.addAll(List.of("state", "grok_step", "final_step"));
        columns.forEach(column -> header.add("final_" + column));
        text.append(CsvLines.write(header)).append('\n');
        runs.forEach(run -> text.append(CsvLines.write(row(run))).append('\n'));
        AtomicFile.write(folder.resolve(RUNS), text.toString());
        AtomicFile.write(folder.resolve(CURVES), channel -> {
            Writer out = new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8));
            writeCurves(out);
            out.flush();
        });
    }

    private List<String> row(ComparedRun run) {
        List<String> cells = new ArrayList<>(List.of(run.label()));
        differences.of(run).values().forEach(value -> cells.add(value.equals(Differences.NOTHING) ? "" : value));
        cells.add(run.state());
        cells.add(number(run.grokStep()));
        cells.add(number(run.finalStep()));
        for (String column : columns) {
            cells.add(run.curve(column).map(curve -> number(curve.last())).orElse(""));
        }
        return cells;
    }

    private void writeCurves(Writer out) throws IOException {
        out.write("run,column,step,value\n");
        for (ComparedRun run : runs) {
            for (String column : columns) {
                if (run.curve(column).isPresent()) {
                    Curve curve = run.curve(column).get();
                    String beginning = CsvLines.write(List.of(run.label(), column));
                    for (int row = 0; row < curve.steps().length; row++) {
                        out.append(beginning)
                                .append(',')
                                .append(number(curve.steps()[row]))
                                .append(',')
                                .append(number(curve.values()[row]))
                                .append('\n');
                    }
                }
            }
        }
    }

    private static String number(OptionalLong value) {
        return value.isPresent() ? Long.toString(value.getAsLong()) : "";
    }

    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "";
        }
        boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
        return whole ? Long.toString((long) value) : Double.toString(value);
    }
}
