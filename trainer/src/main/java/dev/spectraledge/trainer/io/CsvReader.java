package dev.spectraledge.trainer.io;

import com.fasterxml.jackson.core.io.NumberInput;
import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads tables of numbers, column by column: those of {@link CsvTable} and any other with one header line, commas, and
 * numbers or empty cells. A last line without line end, which a killed or still writing process leaves, is not read. Reading
 * takes less than four times the memory that the file has bytes, and no garbage for each number.
 */
public final class CsvReader {
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private static final char[] NOT_A_NUMBER = {'n', 'a', 'n'};
    private static final char[] INFINITY = {'i', 'n', 'f'};
    private static final char[] NEGATIVE_INFINITY = {'-', 'i', 'n', 'f'};

    private final Path file;
    /** Places by names. */
    private final Map<String, Integer> columns;

    private final PackedRows rows;

    private CsvReader(Path file, Map<String, Integer> columns, PackedRows rows) {
        this.file = file;
        this.columns = columns;
        this.rows = rows;
    }

    /** Reads the whole file; every failure is a {@link RunException} naming file, line and column. */
    public static CsvReader read(Path file) {
        try (TextLines lines = TextLines.open(file, Long.MAX_VALUE)) {
            return read(file, lines);
        } catch (CharacterCodingException binary) {
            throw new RunException(file + ": not a text file", binary);
        } catch (IOException failure) {
            throw RunException.of("cannot read", file, failure);
        }
    }

    private static CsvReader read(Path file, TextLines lines) throws IOException {
        if (!lines.next() || !lines.isComplete()) {
            throw new RunException(file + ": has no header line");
        }
        String[] names = names(file, lines.toString());
        Map<String, Integer> columns = new LinkedHashMap<>();
        for (int column = 0; column < names.length; column++) {
            if (columns.put(names[column], column) != null) {
                throw new RunException(file + ": has two columns '" + Printable.value(names[column]) + "'");
            }
        }
        PackedRows rows = new PackedRows(names.length);
        double[] row = new double[names.length];
        while (lines.next() && lines.isComplete()) {
            read(file, lines.number(), names, lines.text(), lines.length(), row);
            rows.add(row);
        }
        return new CsvReader(file, columns, rows);
    }

    /** The columns that a header line names; one of another encoding, or with a mark of its encoding, is refused. */
    static String[] names(Path file, String header) {
        if (header.indexOf(BYTE_ORDER_MARK) >= 0 || header.indexOf(0) >= 0) {
            throw new RunException(file + ": not a table in UTF-8 without a byte order mark: its header line is '"
                    + Printable.value(header) + "'");
        }
        return header.split(",", -1);
    }

    static double[] row(Path file, int line, String[] names, String text) {
        double[] row = new double[names.length];
        read(file, line, names, text.toCharArray(), text.length(), row);
        return row;
    }

    private static void read(Path file, int line, String[] names, char[] text, int length, double[] row) {
        int cells = 1;
        for (int at = 0; at < length; at++) {
            cells += text[at] == ',' ? 1 : 0;
        }
        if (cells != names.length) {
            throw new RunException(
                    file + " line " + line + ": has " + cells + " cells, the header has " + names.length);
        }
        int from = 0;
        for (int column = 0; column < cells; column++) {
            int to = from;
            while (to < length && text[to] != ',') {
                to++;
            }
            try {
                row[column] = number(text, from, to);
            } catch (NumberFormatException notANumber) {
                throw new RunException(
                        file + " line " + line + ", column '" + Printable.value(names[column]) + "': '"
                                + Printable.value(new String(text, from, to - from)) + "' is not a number",
                        notANumber);
            }
            from = to + 1;
        }
    }

    private static double number(char[] text, int cellFrom, int cellTo) {
        int from = cellFrom;
        int to = cellTo;
        while (from < to && Character.isWhitespace(text[from])) {
            from++;
        }
        while (from < to && Character.isWhitespace(text[to - 1])) {
            to--;
        }
        if (from == to || Arrays.equals(text, from, to, NOT_A_NUMBER, 0, NOT_A_NUMBER.length)) {
            return Double.NaN;
        }
        if (Arrays.equals(text, from, to, INFINITY, 0, INFINITY.length)) {
            return Double.POSITIVE_INFINITY;
        }
        if (Arrays.equals(text, from, to, NEGATIVE_INFINITY, 0, NEGATIVE_INFINITY.length)) {
            return Double.NEGATIVE_INFINITY;
        }
        return NumberInput.parseDouble(text, from, to - from, true);
    }

    /** Column names in the order of the file. */
    public List<String> columns() {
        return List.copyOf(columns.keySet());
    }

    public boolean contains(String column) {
        return columns.containsKey(column);
    }

    /** Number of rows. */
    public int rows() {
        return rows.rows();
    }

    /** The values of a column, one per row; empty cells are NaN. */
    public double[] column(String name) {
        Integer column = columns.get(name);
        if (column == null) {
            throw new RunException(file + ": has no column '" + name + "'" + NearestName.hint(name, columns.keySet()));
        }
        return rows.column(column);
    }
}
