package dev.spectraledge.analysis.report;

import dev.spectraledge.analysis.statistic.Holm;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The p-values among what experiments measured, each shown with its correction for those beside it: whoever looks at many finds
 * small ones by chance.
 */
public final class PValues {
    private static final int DIGITS = 2;
    private static final int MOST_LISTED = 6;

    private PValues() {}

    /** Whether a quantity of this name is a p-value: {@code p-value}, {@code p-value-later}, {@code accuracy-p}. */
    public static boolean isOne(String quantity) {
        return quantity.equals("p-value") || quantity.startsWith("p-value-") || quantity.endsWith("-p");
    }

    /** What to add to p-values that are shown: themselves corrected by {@link Holm}, and for how many; of many the least. */
    public static String corrected(double[] adjusted, int family) {
        if (adjusted.length > MOST_LISTED) {
            return "the least by Holm’s method for " + family + " p-values: "
                    + NumberText.significant(Arrays.stream(adjusted).min().orElseThrow(), DIGITS);
        }
        return "by Holm’s method for " + family + (family == 1 ? " p-value: " : " p-values: ")
                + Arrays.stream(adjusted)
                        .mapToObj(value -> NumberText.significant(value, DIGITS))
                        .collect(Collectors.joining(" · "));
    }
}
