package dev.spectraledge.analysis.export;

import dev.spectraledge.trainer.io.CsvReader;
import dev.spectraledge.trainer.io.NpyArray;
import dev.spectraledge.trainer.io.NpzWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tables of a run as NumPy's arrays: {@code metrics/test_accuracy} is a column of {@code metrics.csv}, a vector with
 * one number per row; columns {@code sigma_1}, {@code sigma_2}, … of {@code spectrum.csv} are one matrix, {@code
 * spectrum/sigma}, with a row per window. Steps are 64-bit integers, all else 64-bit floating-point numbers, NaN where a
 * table has an empty cell.
 */
public final class NpzExport {
    /** The file's name in the run directory. */
    public static final String FILE_NAME = "arrays.npz";

    private static final String STEP = "step";
    private static final Pattern NUMBERED = Pattern.compile("(.+)_(\\d+)");

    private NpzExport() {}

    /**
     * Writes all tables of a run directory, or of an analysis of checkpoints, to {@code file}, whole or not at all.
     *
     * @throws dev.spectraledge.trainer.RunException if {@code run} holds no tables, one of them cannot be read, or the file
     *     cannot be written
     */
    public static void write(Path run, Path file) {
        Map<String, NpyArray> arrays = new LinkedHashMap<>();
        for (Path table : RunTables.in(run)) {
            add(arrays, RunTables.stem(table), CsvReader.read(table));
        }
        NpzWriter.write(file, arrays);
    }

    private static void add(Map<String, NpyArray> arrays, String stem, CsvReader table) {
        Map<String, List<double[]>> groups = new LinkedHashMap<>();
        for (String column : table.columns()) {
            double[] values = table.column(column);
            if (column.equals(STEP)) {
                arrays.put(stem + "/" + STEP, NpyArray.of(whole(values)));
            } else if (continuesGroup(column, groups)) {
                groups.get(group(column)).add(values);
            } else {
                arrays.put(stem + "/" + column, NpyArray.of(values));
            }
        }
        groups.forEach((name, columns) -> arrays.put(stem + "/" + name, NpyArray.ofColumns(columns)));
    }

    /** Whether a column is the next of {@code x_1}, {@code x_2}, …, and if so sees to its group. */
    private static boolean continuesGroup(String column, Map<String, List<double[]>> groups) {
        Matcher numbered = NUMBERED.matcher(column);
        if (!numbered.matches()) {
            return false;
        }
        int before = groups.getOrDefault(numbered.group(1), List.of()).size();
        if (!numbered.group(2).equals(Integer.toString(before + 1))) {
            return false;
        }
        groups.computeIfAbsent(numbered.group(1), name -> new ArrayList<>());
        return true;
    }

    private static String group(String column) {
        return column.substring(0, column.lastIndexOf('_'));
    }

    private static long[] whole(double[] values) {
        long[] whole = new long[values.length];
        for (int index = 0; index < whole.length; index++) {
            whole[index] = (long) values[index];
        }
        return whole;
    }
}
