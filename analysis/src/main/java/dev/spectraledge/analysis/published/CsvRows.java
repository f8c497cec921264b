package dev.spectraledge.analysis.published;

import dev.spectraledge.trainer.RunException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A table of comma-separated values whose cells are found by the names of their columns. */
public final class CsvRows {
    private final String source;
    private final int headLine;
    private final List<String> columns;
    private final List<CsvRow> rows;

    private CsvRows(String source, int headLine, List<String> columns, List<CsvRow> rows) {
        this.source = source;
        this.headLine = headLine;
        this.columns = columns;
        this.rows = rows;
    }

    /**
     * Reads a table. Lines that are empty or begin with # are passed over.
     *
     * @param source what it is, for messages
     * @throws RunException if there is no line of columns, or a line has more cells or fewer
     */
    public static CsvRows parse(String text, String source) {
        List<String> lines = text.lines().toList();
        int headLine = 0;
        List<String> columns = List.of();
        List<CsvRow> rows = new ArrayList<>();
        for (int number = 1; number <= lines.size(); number++) {
            String line = lines.get(number - 1);
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            List<String> cells = CsvLines.read(line);
            if (headLine == 0) {
                headLine = number;
                columns = cells;
            } else if (cells.size() != columns.size()) {
                throw new RunException(source + " line " + number + " has " + cells.size() + " cells, but line "
                        + headLine + " names " + columns.size() + " columns");
            } else {
                rows.add(row(source, number, columns, cells));
            }
        }
        if (headLine == 0) {
            throw new RunException(source + " is empty");
        }
        return new CsvRows(source, headLine, columns, rows);
    }

    private static CsvRow row(String source, int line, List<String> columns, List<String> cells) {
        Map<String, String> named = new LinkedHashMap<>();
        for (int column = 0; column < columns.size(); column++) {
            named.put(columns.get(column), cells.get(column));
        }
        return new CsvRow(source, line, named);
    }

    /** Throws a RunException unless the table has at least these columns. */
    public void require(List<String> wanted) {
        String missing = wanted.stream()
                .filter(column -> !columns.contains(column))
                .map(column -> "'" + column + "'")
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            throw new RunException(source + " line " + headLine + " names no column " + missing
                    + "; the columns that are needed are " + String.join(",", wanted));
        }
    }

    public Stream<CsvRow> stream() {
        return rows.stream();
    }
}
