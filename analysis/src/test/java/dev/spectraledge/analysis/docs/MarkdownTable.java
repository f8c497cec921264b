package dev.spectraledge.analysis.docs;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A table of a generated page. */
final class MarkdownTable {
    private final List<String> lines = new ArrayList<>();
    private final int columns;

    MarkdownTable(String... headings) {
        columns = headings.length;
        add(headings);
        lines.add("|" + String.join("|", Collections.nCopies(columns, "---")) + "|");
    }

    void add(String... cells) {
        if (cells.length != columns) {
            throw new IllegalArgumentException(cells.length + " cells in a table of " + columns + " columns");
        }
        lines.add("| "
                + String.join(
                        " | ", List.of(cells).stream().map(MarkdownTable::cell).toList()) + " |");
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replaceAll("\\s+", " ").strip();
    }

    @Override
    public String toString() {
        return String.join("\n", lines) + "\n";
    }
}
