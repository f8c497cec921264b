package dev.spectraledge.analysis.metrics;

import dev.spectraledge.analysis.published.CsvLines;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.io.RegularFile;
import dev.spectraledge.trainer.io.TextLines;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Reads a table with a header line, as Lightning's logger, pandas or {@code csv.writer} write it: cells may be empty, and
 * columns of text are left out.
 */
final class CsvMetrics {
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final Path file;
    private final StepColumn stepColumn;
    private final MetricsTable.Builder numbers = new MetricsTable.Builder();
    private final Map<String, String> leftOut = new LinkedHashMap<>();
    private List<String> names = List.of();
    private int steps;
    private long lastStep;

    private CsvMetrics(Path file, StepColumn stepColumn) {
        this.file = file;
        this.stepColumn = stepColumn;
    }

    static ForeignMetrics read(Path file, Optional<String> stepColumn) {
        return new CsvMetrics(file, new StepColumn(file, stepColumn)).read();
    }

    private ForeignMetrics read() {
        try (TextLines lines = TextLines.open(file, RegularFile.LONGEST_TEXT)) {
            read(lines);
        } catch (CharacterCodingException binary) {
            throw new RunException(file + ": not a text file in UTF-8", binary);
        } catch (IOException failure) {
            throw RunException.of("cannot read", file, failure);
        }
        leftOut.keySet().forEach(numbers::forget);
        return new ForeignMetrics(file, numbers.build(), leftOut);
    }

    private void read(TextLines lines) throws IOException {
        if (!lines.next()) {
            throw new RunException(file + ": has no header line");
        }
        header(lines.toString());
        while (lines.next()) {
            String line = lines.toString();
            if (!line.isBlank()) {
                row(CsvLines.read(line), lines.number(), lines.isComplete());
            }
        }
    }

    private void header(String line) {
        names = CsvLines.read(line.startsWith(BYTE_ORDER_MARK) ? line.substring(1) : line).stream()
                .map(String::strip)
                .toList();
        Set<String> different = new HashSet<>();
        names.forEach(name -> {
            if (!different.add(name)) {
                throw new RunException(file + ": has two columns '" + Printable.value(name) + "'");
            }
        });
        steps = names.indexOf(stepColumn.among(names));
    }

    private void row(List<String> cells, int line, boolean isComplete) {
        String where = file + " line " + line;
        if (cells.size() != names.size() && !isComplete) {
            leftOut.put("line " + line, "cut off at the end of the file, as if it were still being written");
            return;
        }
        if (cells.size() != names.size()) {
            throw new RunException(where + ": has " + cells.size() + " cells, the header has " + names.size());
        }
        String written = cells.get(steps);
        long step = ForeignNumbers.step(ForeignNumbers.of(written).orElse(Double.NaN), written, where);
        ForeignNumbers.requireForwards(step, lastStep, where);
        lastStep = step;
        for (int column = 0; column < names.size(); column++) {
            if (column != steps && !leftOut.containsKey(names.get(column))) {
                cell(names.get(column), step, cells.get(column), line);
            }
        }
    }

    private void cell(String name, long step, String cell, int line) {
        OptionalDouble number = ForeignNumbers.of(cell);
        if (number.isPresent()) {
            numbers.add(name, step, number.getAsDouble());
        } else if (ColumnNames.isKnown(name)) {
            throw new RunException(file + " line " + line + ", column '" + Printable.value(name) + "': '"
                    + Printable.value(cell) + "' is not a number");
        } else {
            leftOut.put(name, "line " + line + " holds '" + Printable.value(cell) + "', no number");
        }
    }
}
