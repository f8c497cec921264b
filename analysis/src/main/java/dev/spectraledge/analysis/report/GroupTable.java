package dev.spectraledge.analysis.report;

import dev.spectraledge.analysis.offline.GroupSpectra;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.RegularFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The groups of parameters of an analysis or a run: the columns of {@link GroupSpectra} and those beyond them, by group. */
public final class GroupTable {
    private static final String GROUP = "group";

    private final Map<String, List<Map<String, Double>>> rows = new LinkedHashMap<>();

    private GroupTable() {}

    /** Reads a file; throws a RunException if it is no such table. */
    public static GroupTable read(Path file) {
        List<String> lines;
        try {
            lines = RegularFile.text(file, RegularFile.LONGEST_TEXT).lines().toList();
        } catch (IOException failure) {
            throw RunException.of("cannot read", file, failure);
        }
        String columns = String.join(",", GroupSpectra.COLUMNS);
        if (lines.isEmpty() || !(lines.getFirst() + ",").startsWith(columns + ",")) {
            throw new RunException(file + ": not a table of groups");
        }
        String[] names = lines.getFirst().split(",", -1);
        GroupTable table = new GroupTable();
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",", -1);
            if (cells.length != names.length) {
                throw new RunException(file + ": has a row of " + cells.length + " cells");
            }
            table.add(file, names, cells);
        }
        return table;
    }

    private void add(Path file, String[] names, String[] cells) {
        Map<String, Double> row = new HashMap<>();
        for (int column = 0; column < names.length; column++) {
            String name = names[column];
            if (!name.equals(GROUP)) {
                try {
                    row.put(name, cells[column].isEmpty() ? Double.NaN : Double.parseDouble(cells[column]));
                } catch (NumberFormatException notANumber) {
                    throw new RunException(file + ": column " + name + " has no number in a row", notANumber);
                }
            }
        }
        rows.computeIfAbsent(cells[GroupSpectra.COLUMNS.indexOf(GROUP)], absent -> new ArrayList<>())
                .add(row);
    }

    /** All groups: parts of the model first. */
    public List<String> groups() {
        return List.copyOf(rows.keySet());
    }

    /** Sums over the layers of a model, and what is in no layer. */
    public List<String> parts() {
        return rows.keySet().stream().filter(name -> !name.contains(".")).toList();
    }

    /** NaN where there is no such column, or no number in it. */
    public double[] column(String group, String column) {
        return rows.get(group).stream()
                .mapToDouble(row -> row.getOrDefault(column, Double.NaN))
                .toArray();
    }

    /** Of the last window. */
    double last(String group, String column) {
        return rows.get(group).getLast().get(column);
    }
}
