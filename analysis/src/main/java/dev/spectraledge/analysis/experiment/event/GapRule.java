package dev.spectraledge.analysis.experiment.event;

import dev.spectraledge.trainer.warning.Detector;
import dev.spectraledge.trainer.warning.DetectorRule;
import dev.spectraledge.trainer.warning.DetectorRules;
import java.util.Arrays;
import java.util.Locale;

/** What counts as an event of the gap that precedes a step. The Thesis does not say how it scores "precede"; these are three ways. */
enum GapRule {
    /** Thesis §3.4, as published: the largest gap before the step is more than 1.5 times the last one up to it. */
    DECLINE("g23", 2) {
        @Override
        boolean precedes(double[] steps, double[] values, double reference) {
            return decline(steps, values, reference) > LEAST_DECLINE;
        }
    },
    /** Thesis §8.4, stated before anything was measured: below half of its maximum so far for three windows. */
    HALF_MAXIMUM("g23_over_trace", 4) {
        @Override
        boolean precedes(double[] steps, double[] values, double reference) {
            return firedBefore(DetectorRules.named("g23"), steps, values, reference);
        }
    },
    /** Ours: the ratio at the gap opens to twice the median of the ten windows before, for three windows. */
    OPENING("gap_ratio", 13) {
        @Override
        boolean precedes(double[] steps, double[] values, double reference) {
            return firedBefore(DetectorRules.named("gap_ratio"), steps, values, reference);
        }
    };

    private static final double LEAST_DECLINE = 1.5;

    private final String column;
    private final int fewest;

    /** @param fewest windows in which the rule can be met at all */
    GapRule(String column, int fewest) {
        this.column = column;
        this.fewest = fewest;
    }

    /** Whether there are windows enough before {@code reference} for an event; otherwise that there is none says nothing. */
    boolean canFire(double[] steps, double reference) {
        return Arrays.stream(steps).filter(step -> step < reference).count() >= fewest;
    }

    /** In items of findings. */
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Of the table of spectra. */
    String column() {
        return column;
    }

    /** Whether there is an event before {@code reference}; rows from it on say nothing. */
    abstract boolean precedes(double[] steps, double[] values, double reference);

    /** The largest value before a step over the last one up to it; NaN where there are none. */
    static double decline(double[] steps, double[] values, double reference) {
        double largest = Double.NaN;
        double last = Double.NaN;
        for (int row = 0; row < steps.length && steps[row] <= reference; row++) {
            last = values[row];
            if (steps[row] < reference) {
                largest = Double.isNaN(largest) ? last : Math.max(largest, last);
            }
        }
        return largest / last;
    }

    /** The first step in which a detector's rule is met; NaN if there is none. */
    static double firstStep(DetectorRule rule, double[] steps, double[] values) {
        Detector detector = rule.detector();
        for (int row = 0; row < steps.length; row++) {
            if (detector.see((long) steps[row], values[row])) {
                return steps[row];
            }
        }
        return Double.NaN;
    }

    private static boolean firedBefore(DetectorRule rule, double[] steps, double[] values, double reference) {
        return firstStep(rule, steps, values) < reference;
    }
}
