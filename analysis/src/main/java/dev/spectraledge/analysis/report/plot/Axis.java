package dev.spectraledge.analysis.report.plot;

import java.util.List;

/**
 * What an axis shows.
 *
 * @param label name and unit
 * @param logarithmic whether equal ratios have equal lengths
 * @param low lower end, or NaN to take it from the data
 * @param high upper end, or NaN to take it from the data
 * @param ticks where it is marked and how, or none to choose round numbers
 */
public record Axis(String label, boolean logarithmic, double low, double high, List<Scale.Tick> ticks) {

    public static Axis linear(String label) {
        return new Axis(label, false, Double.NaN, Double.NaN, List.of());
    }

    public static Axis linear(String label, double low, double high) {
        return new Axis(label, false, low, high, List.of());
    }

    public static Axis log(String label) {
        return new Axis(label, true, Double.NaN, Double.NaN, List.of());
    }

    /** The ticks of an axis with this scale, about {@code wanted} where they are free. */
    List<Scale.Tick> ticks(Scale scale, int wanted) {
        return ticks.isEmpty() ? scale.ticks(wanted) : ticks;
    }

    /**
     * The scale for data between {@code dataLow} and {@code dataHigh}, both NaN if there is none.
     *
     * @param margin part of the axis left free at an end that the data decides
     */
    Scale scale(double dataLow, double dataHigh, double margin) {
        double from = Double.isNaN(low) ? dataLow : low;
        double to = Double.isNaN(high) ? dataHigh : high;
        if (Double.isNaN(from) || Double.isNaN(to)) {
            return logarithmic ? new Scale.Log(0.1, 10) : new Scale.Linear(0, 1);
        }
        if (logarithmic) {
            if (from >= to) {
                return new Scale.Log(from / 2, from * 2);
            }
            double widening = Math.pow(to / from, margin);
            return new Scale.Log(Double.isNaN(low) ? from / widening : from, Double.isNaN(high) ? to * widening : to);
        }
        if (from >= to) {
            double half = from == 0 ? 1 : Math.abs(from) * 0.5;
            return new Scale.Linear(from - half, from + half);
        }
        double widening = (to - from) * margin;
        return new Scale.Linear(Double.isNaN(low) ? from - widening : from, Double.isNaN(high) ? to + widening : to);
    }
}
