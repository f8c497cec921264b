package dev.spectraledge.trainer.io;

import dev.spectraledge.trainer.RunException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads tables of numbers, column by column: those of {@link CsvTable} and any other with one header line, commas, and
 * numbers or empty cells. A last line without line end, which a killed or still writing process leaves, is not read.
 */
public final class CsvReader {
    /** A longer line is none of a table. */
    static final int LONGEST_LINE = 1 << 20;

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final Path file;
    private final Map<String, double[]> columns;
    private final int rows;

    private CsvReader(Path file, Map<String, double[]> columns, int rows) {
        this.file = file;
        this.columns = columns;
        this.rows = rows;
    }

    /** Reads the whole file; every failure is a {@link RunException} naming file, line and column. */
    public static CsvReader read(Path file) {
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(RegularFile.stream(file), StandardCharsets.UTF_8.newDecoder()))) {
            return read(file, new CompleteLines(file, reader));
        } catch (CharacterCodingException binary) {
            throw new RunException(file + ": not a text file", binary);
        } catch (IOException failure) {
            throw RunException.of("cannot read", file, failure);
        }
    }

    private static CsvReader read(Path file, CompleteLines lines) throws IOException {
        String header = lines.next();
        if (header == null) {
            throw new RunException(file + ": has no header line");
        }
        String[] names = names(file, header);
        List<double[]> values = new ArrayList<>();
        for (String line = lines.next(); line != null; line = lines.next()) {
            values.add(row(file, lines.number(), names, line));
        }
        Map<String, double[]> columns = new LinkedHashMap<>();
        for (int column = 0; column < names.length; column++) {
            double[] numbers = new double[values.size()];
            for (int row = 0; row < numbers.length; row++) {
                numbers[row] = values.get(row)[column];
            }
            if (columns.put(names[column], numbers) != null) {
                throw new RunException(file + ": has two columns '" + Printable.value(names[column]) + "'");
            }
        }
        return new CsvReader(file, columns, values.size());
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
        String[] cells = text.split(",", -1);
        if (cells.length != names.length) {
            throw new RunException(
                    file + " line " + line + ": has " + cells.length + " cells, the header has " + names.length);
        }
        double[] numbers = new double[cells.length];
        for (int column = 0; column < cells.length; column++) {
            try {
                numbers[column] = number(cells[column].strip());
            } catch (NumberFormatException notANumber) {
                throw new RunException(
                        file + " line " + line + ", column '" + Printable.value(names[column]) + "': '"
                                + Printable.value(cells[column]) + "' is not a number",
                        notANumber);
            }
        }
        return numbers;
    }

    private static double number(String cell) {
        return switch (cell) {
            case "", "nan" -> Double.NaN;
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(cell);
        };
    }

    static RunException tooLong(Path file) {
        return new RunException(file + ": not a table: a line has more than " + LONGEST_LINE + " bytes");
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
        return rows;
    }

    /** The values of a column, one per row; empty cells are NaN. */
    public double[] column(String name) {
        double[] values = columns.get(name);
        if (values == null) {
            throw new RunException(file + ": has no column '" + name + "'" + NearestName.hint(name, columns.keySet()));
        }
        return Arrays.copyOf(values, values.length);
    }

    /** Lines that end with a line end; what follows the last of them is dropped. */
    private static final class CompleteLines {
        private final Path file;
        private final BufferedReader reader;
        private final StringBuilder line = new StringBuilder();
        private int number;

        CompleteLines(Path file, BufferedReader reader) {
            this.file = file;
            this.reader = reader;
        }

        String next() throws IOException {
            line.setLength(0);
            for (int next = reader.read(); next >= 0; next = reader.read()) {
                if (next == '\n') {
                    number++;
                    return line.toString();
                }
                if (line.length() == LONGEST_LINE) {
                    throw tooLong(file);
                }
                if (next != '\r') {
                    line.append((char) next);
                }
            }
            return null;
        }

        int number() {
            return number;
        }
    }
}
