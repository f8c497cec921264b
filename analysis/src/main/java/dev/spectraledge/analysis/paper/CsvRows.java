package dev.spectraledge.analysis.paper;

import dev.spectraledge.trainer.RunException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A table of comma-separated values whose cells are found by the names of their columns. */
final class CsvRows {
    private final String source;
    private final List<String> columns;
    private final List<Map<String, String>> rows;

    private CsvRows(String source, List<String> columns, List<Map<String, String>> rows) {
        this.source = source;
        this.columns = columns;
        this.rows = rows;
    }

    /**
     * Reads a table. Lines that are empty or begin with # are passed over.
     *
     * @param source what it is, for messages
     * @throws RunException if there is no line of columns, or a line has more cells or fewer
     */
    static CsvRows parse(String text, String source) {
        List<String> lines = text.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
        if (lines.isEmpty()) {
            throw new RunException(source + " is empty");
        }
        List<String> columns = CsvLines.read(lines.getFirst());
        List<Map<String, String>> rows = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            List<String> cells = CsvLines.read(line);
            if (cells.size() != columns.size()) {
                throw new RunException(source + " has " + columns.size() + " columns, but a line of " + cells.size()
                        + " cells: " + line);
            }
            Map<String, String> row = new LinkedHashMap<>();
            for (int column = 0; column < columns.size(); column++) {
                row.put(columns.get(column), cells.get(column));
            }
            rows.add(row);
        }
        return new CsvRows(source, columns, rows);
    }

    /** Throws a RunException unless the table has these columns, and no others. */
    void require(List<String> expected) {
        if (!columns.equals(expected)) {
            throw new RunException(source + " has the columns " + String.join(",", expected));
        }
    }

    Stream<Map<String, String>> stream() {
        return rows.stream();
    }
}
