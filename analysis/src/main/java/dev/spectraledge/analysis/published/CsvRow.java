package dev.spectraledge.analysis.published;

import dev.spectraledge.trainer.RunException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * A line of a table. What a cell cannot be is said with the line and the column.
 *
 * @param source of the table, for messages
 * @param line its number in the file, from 1
 * @param cells by column
 */
public record CsvRow(String source, int line, Map<String, String> cells) {
    /** The cell of a column that the table is known to have. */
    public String text(String column) {
        return cells.get(column);
    }

    /** A number, or what an empty cell stands for. */
    public double number(String column, double empty) {
        String cell = text(column);
        return cell.isEmpty() ? empty : number(column, cell);
    }

    /** A whole number, if there is one. */
    public OptionalLong whole(String column) {
        String cell = text(column);
        return cell.isEmpty() ? OptionalLong.empty() : OptionalLong.of(whole(column, cell));
    }

    /** Numbers that are separated by spaces; none in an empty cell. */
    public double[] numbers(String column) {
        return words(column).mapToDouble(word -> number(column, word)).toArray();
    }

    /** Whole numbers that are separated by spaces; none in an empty cell. */
    public List<Long> wholes(String column) {
        return words(column).map(word -> whole(column, word)).toList();
    }

    private Stream<String> words(String column) {
        String cell = text(column);
        return cell.isEmpty() ? Stream.empty() : Arrays.stream(cell.split(" ", -1));
    }

    private double number(String column, String word) {
        try {
            return Double.parseDouble(word);
        } catch (NumberFormatException notANumber) {
            throw wrong(column, "'" + word + "' is not a number; several are separated by single spaces");
        }
    }

    private Long whole(String column, String word) {
        try {
            return Long.valueOf(word);
        } catch (NumberFormatException notANumber) {
            throw wrong(column, "'" + word + "' is not a whole number; several are separated by single spaces");
        }
    }

    /** What to throw about a cell. */
    public RunException wrong(String column, String what) {
        return new RunException(source + " line " + line + ", column '" + column + "': " + what);
    }
}
