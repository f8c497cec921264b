package dev.spectraledge.analysis.report;

import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A CSV file with a header line, as this program writes them: no quotes, a decimal point, an empty field where there is no
 * number. A last line without line end is a row that is being written, and is left out.
 */
public final class RunTable {
    private final List<String> header;
    private final List<String[]> rows;

    private RunTable(List<String> header, List<String[]> rows) {
        this.header = header;
        this.rows = rows;
    }

    /** Reads a file; throws a RunException if it cannot be read, has no header, or has a row of another length. */
    public static RunTable read(Path file) {
        String text;
        try {
            text = Files.readString(file);
        } catch (CharacterCodingException notText) {
            throw new RunException(file + " is not a text file in UTF-8", notText);
        } catch (IOException failure) {
            throw RunException.of("cannot read", file, failure);
        }
        return parse(text, file.toString());
    }

    /** Parses a table; {@code source} says in messages where the text comes from. */
    static RunTable parse(String text, String source) {
        List<String> lines =
                text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        if (lines.isEmpty()) {
            throw new RunException(source + " has no header line");
        }
        List<String> header = List.of(lines.getFirst().split(",", -1));
        List<String[]> rows = new ArrayList<>(lines.size());
        for (int i = 1; i < lines.size(); i++) {
            String[] fields = lines.get(i).split(",", -1);
            if (fields.length != header.size()) {
                throw new RunException(source + " line " + (i + 1) + " has " + fields.length
                        + " fields, the header names " + header.size());
            }
            rows.add(fields);
        }
        return new RunTable(header, rows);
    }

    public List<String> header() {
        return header;
    }

    public int rows() {
        return rows.size();
    }

    public boolean has(String column) {
        return header.contains(column);
    }

    /** How many of {@code prefix_1}, {@code prefix_2}, … there are without a hole. */
    public int numbered(String prefix) {
        int count = 0;
        while (has(prefix + "_" + (count + 1))) {
            count++;
        }
        return count;
    }

    /** A column of numbers; NaN where a field is empty or no number. Empty if there is no such column. */
    public Optional<double[]> numbers(String column) {
        int index = header.indexOf(column);
        if (index < 0) {
            return Optional.empty();
        }
        return Optional.of(rows.stream().mapToDouble(row -> number(row[index])).toArray());
    }

    /** A column of text; empty if there is no such column. */
    public Optional<List<String>> texts(String column) {
        int index = header.indexOf(column);
        return index < 0
                ? Optional.empty()
                : Optional.of(rows.stream().map(row -> row[index]).toList());
    }

    /** The rows whose {@code column} holds {@code value}. */
    public RunTable where(String column, String value) {
        int index = header.indexOf(column);
        return new RunTable(
                header, rows.stream().filter(row -> row[index].equals(value)).toList());
    }

    /** The row whose {@code column} is nearest to {@code wanted}; −1 if there is none. */
    public int rowNearest(String column, double wanted) {
        double[] values = numbers(column).orElse(new double[0]);
        return IntStream.range(0, values.length)
                .filter(row -> !Double.isNaN(values[row]))
                .boxed()
                .min((a, b) -> Double.compare(Math.abs(values[a] - wanted), Math.abs(values[b] - wanted)))
                .orElse(-1);
    }

    private static double number(String field) {
        try {
            return switch (field) {
                case "inf" -> Double.POSITIVE_INFINITY;
                case "-inf" -> Double.NEGATIVE_INFINITY;
                default -> Double.parseDouble(field);
            };
        } catch (NumberFormatException notANumber) {
            return Double.NaN;
        }
    }
}
