package dev.spectraledge.analysis.metrics;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Printable;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;

/** Numbers as programs write them into text files. */
final class ForeignNumbers {
    /** Beyond it doubles are no longer all whole numbers. */
    private static final double MOST_STEPS = 0x1p53;

    /**
     * Java's own notation would also take "1f" and hexadecimal numbers. Digits can be split in one way alone, so that no text
     * takes long.
     */
    private static final Pattern DECIMAL = Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)(e[+-]?\\d+)?");

    private static final Set<String> MISSING = Set.of("", "nan", "none", "null", "n/a", "na");
    private static final Map<String, Double> INFINITE = Map.of(
            "inf", Double.POSITIVE_INFINITY,
            "infinity", Double.POSITIVE_INFINITY,
            "-inf", Double.NEGATIVE_INFINITY,
            "-infinity", Double.NEGATIVE_INFINITY);

    private ForeignNumbers() {}

    /** The number of a cell, NaN where one is missing; empty if it is something else. */
    static OptionalDouble of(String cell) {
        String text = cell.strip().toLowerCase(Locale.ROOT);
        if (MISSING.contains(text)) {
            return OptionalDouble.of(Double.NaN);
        }
        if (INFINITE.containsKey(text)) {
            return OptionalDouble.of(INFINITE.get(text));
        }
        return DECIMAL.matcher(text).matches() ? OptionalDouble.of(Double.parseDouble(text)) : OptionalDouble.empty();
    }

    /**
     * The step that a number means.
     *
     * @param where it stands, for the message
     */
    static long step(double number, Object written, String where) {
        if (number != Math.rint(number) || number < 0 || number > MOST_STEPS) {
            throw new RunException(
                    where + ": the step '" + Printable.value(written) + "' is not a whole number of at least 0");
        }
        return (long) number;
    }

    /** Refuses a step before the last one. */
    static void requireForwards(long step, long last, String where) {
        if (step < last) {
            throw new RunException(where + ": steps go backwards, step " + step + " comes after step " + last);
        }
    }
}
