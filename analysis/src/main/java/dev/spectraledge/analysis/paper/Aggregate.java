package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.trainer.RunException;
import java.util.Locale;

/** How the values of several seeds become what is compared with a published number. */
public enum Aggregate {
    /** Of one seed, or each of several: all must lie within the tolerance. */
    EACH,
    /** Their mean. */
    MEAN,
    /** Their population standard deviation, as NumPy's default. */
    SD,
    /** The middle one, the lower of two. */
    MEDIAN;

    static Aggregate parse(String text) {
        try {
            return valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw new RunException("an aggregate is each, mean, sd or median, not '" + text + "'", unknown);
        }
    }

    /** Numbers to be judged. */
    double[] of(double[] values) {
        return switch (this) {
            case EACH -> values;
            case MEAN -> new double[] {Statistics.mean(values)};
            case SD -> new double[] {Statistics.deviation(values)};
            case MEDIAN -> new double[] {Statistics.lowerMedian(values)};
        };
    }
}
