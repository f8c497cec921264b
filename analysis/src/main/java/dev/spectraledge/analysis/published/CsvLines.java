package dev.spectraledge.analysis.published;

import java.util.ArrayList;
import java.util.List;

/** Comma-separated cells, in quotation marks where they hold commas or quotation marks (RFC 4180), one line each. */
public final class CsvLines {
    private CsvLines() {}

    /** The line without its end. */
    public static String write(List<String> cells) {
        return String.join(",", cells.stream().map(CsvLines::quoted).toList());
    }

    private static String quoted(String cell) {
        String line = cell.replaceAll("\\R", " ");
        boolean plain = !line.contains(",") && !line.contains("\"");
        return plain ? line : "\"" + line.replace("\"", "\"\"") + "\"";
    }

    public static List<String> read(String line) {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean inside = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"' && inside && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                cell.append('"');
                i++;
            } else if (c == '"') {
                inside = !inside;
            } else if (c == ',' && !inside) {
                cells.add(cell.toString());
                cell.setLength(0);
            } else {
                cell.append(c);
            }
        }
        cells.add(cell.toString());
        return cells;
    }
}
