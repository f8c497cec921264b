package dev.spectraledge.analysis.report.sweep;

import dev.spectraledge.analysis.report.NumberText;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Scale;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Where the values of a swept key stand on an axis: numbers at their value, or at its logarithm where the key is a rate or a
 * decay, with a place of its own for zero; everything else side by side in the order of the plan.
 */
final class SweptAxis {
    private static final int MOST_TICKS = 10;

    private final Map<Object, Double> positions = new LinkedHashMap<>();
    private final boolean numbers;
    private final boolean logarithmic;
    private final double gap;

    SweptAxis(String key, List<Object> values) {
        numbers = values.stream().allMatch(Number.class::isInstance);
        List<Object> sorted = new ArrayList<>(values);
        if (numbers) {
            sorted.sort((one, other) -> Double.compare(number(one), number(other)));
        }
        logarithmic = numbers && isLogarithmic(key) && number(sorted.getFirst()) >= 0;
        for (Object value : sorted) {
            double position = numbers ? number(value) : positions.size();
            positions.put(value, logarithmic ? Math.log10(position) : position);
        }
        positions.replaceAll((value, position) -> Double.isInfinite(position) ? belowTheOthers() : position);
        gap = leastDistance();
    }

    static boolean isLogarithmic(String key) {
        String name = key.substring(key.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return name.endsWith("rate") || name.endsWith("decay") || name.equals("epsilon");
    }

    private static double number(Object value) {
        return ((Number) value).doubleValue();
    }

    private double belowTheOthers() {
        double[] others = positions.values().stream()
                .mapToDouble(Double::doubleValue)
                .filter(Double::isFinite)
                .sorted()
                .toArray();
        return others.length == 0 ? 0 : others[0] - (others.length == 1 ? 1 : others[1] - others[0]);
    }

    private double leastDistance() {
        double[] sorted = positions.values().stream()
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
        double least = Double.POSITIVE_INFINITY;
        for (int i = 1; i < sorted.length; i++) {
            least = Math.min(least, sorted[i] - sorted[i - 1]);
        }
        return sorted.length < 2 ? 1 : least;
    }

    double position(Object value) {
        return positions.get(value);
    }

    /** Distance of the two values that are closest to each other. */
    double gap() {
        return gap;
    }

    Axis axis(String label) {
        double low = positions.values().stream()
                .mapToDouble(Double::doubleValue)
                .min()
                .orElse(0);
        double high = positions.values().stream()
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(0);
        return new Axis(label, false, low - 0.6 * gap, high + 0.6 * gap, ticks(high));
    }

    /** At each value if they are few, else at every n-th, or of numbers at round ones (none: the scale chooses them). */
    private List<Scale.Tick> ticks(double high) {
        if (numbers && positions.size() > MOST_TICKS) {
            return logarithmic ? powers(high) : List.of();
        }
        List<Scale.Tick> ticks = new ArrayList<>();
        int every = Math.ceilDiv(positions.size(), MOST_TICKS);
        int index = 0;
        for (Map.Entry<Object, Double> entry : positions.entrySet()) {
            if (index++ % every == 0) {
                ticks.add(new Scale.Tick(entry.getValue(), text(entry.getKey())));
            }
        }
        return ticks;
    }

    private List<Scale.Tick> powers(double high) {
        List<Scale.Tick> ticks = new ArrayList<>();
        double least = Double.POSITIVE_INFINITY;
        for (Map.Entry<Object, Double> entry : positions.entrySet()) {
            if (number(entry.getKey()) == 0) {
                ticks.add(new Scale.Tick(entry.getValue(), text(entry.getKey())));
            } else {
                least = Math.min(least, entry.getValue());
            }
        }
        for (Scale.Tick tick : new Scale.Log(Math.pow(10, least), Math.pow(10, high)).ticks(MOST_TICKS)) {
            ticks.add(new Scale.Tick(Math.log10(tick.value()), tick.label()));
        }
        return ticks;
    }

    /** A value as somebody would type it. */
    static String text(Object value) {
        return value instanceof Double || value instanceof Float
                ? NumberText.setting(number(value))
                : String.valueOf(value);
    }
}
