package dev.spectraledge.analysis.report;

import dev.spectraledge.analysis.nulls.NullModel;
import dev.spectraledge.analysis.report.ObservedSpectrum.NullQuantiles;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.hipparchus.special.Beta;
import org.hipparchus.stat.StatUtils;

/**
 * A quantity of windows that share no update against one null.
 *
 * @param median over the windows, of the medians of their nulls
 * @param effect median {@link NullQuantity#difference} of observed and null over the standard deviation of that difference between
 *     windows; NaN without a spread
 * @param windows how many have both values
 * @param above those above the highest recorded quantile of their null
 * @param below those below the lowest
 */
record NullContrast(NullModel model, double median, double effect, int windows, Tail above, Tail below) {
    private static final double SIGNIFICANT = 0.05;

    /**
     * Windows beyond one end of their nulls.
     *
     * @param count how many
     * @param probability of at least as many if the windows were the null's own and independent of each other
     * @param adjusted the same corrected for everything that is tested beside it
     */
    record Tail(int count, double probability, double adjusted) {
        /** Not corrected; the tail of the binomial distribution, as an incomplete beta function. */
        static Tail of(int count, int windows, double most) {
            double probability = count == 0 ? 1 : Beta.regularizedBeta(most, count, windows - count + 1.0);
            return new Tail(count, probability, probability);
        }

        Tail adjustedTo(double value) {
            return new Tail(count, probability, value);
        }

        boolean isMoreThanChance() {
            return adjusted <= SIGNIFICANT;
        }
    }

    /**
     * Not corrected for anything; empty where no window has both values.
     *
     * @param observed the quantity by row of the spectrum
     * @param rows windows that share no update
     */
    static Optional<NullContrast> of(
            NullQuantity quantity, ObservedSpectrum spectrum, double[] observed, int[] rows, NullModel model) {
        return spectrum.nullQuantiles(model, quantity.column())
                .flatMap(quantiles -> of(quantity, spectrum.steps(), observed, rows, model, quantiles));
    }

    private static Optional<NullContrast> of(
            NullQuantity quantity,
            double[] steps,
            double[] observed,
            int[] rows,
            NullModel model,
            NullQuantiles quantiles) {
        int[] known = Arrays.stream(rows)
                .filter(row -> !Double.isNaN(observed[row]) && quantiles.has(steps[row]))
                .toArray();
        if (known.length == 0) {
            return Optional.empty();
        }
        double[] values = at(known, observed);
        int[] nulls =
                Arrays.stream(known).map(row -> quantiles.indexOf(steps[row])).toArray();
        double[] medians = at(nulls, quantiles.median());
        int above = count(known.length, index -> values[index] > quantiles.high()[nulls[index]]);
        int below = count(known.length, index -> values[index] < quantiles.low()[nulls[index]]);
        double[] differences = IntStream.range(0, known.length)
                .mapToDouble(index -> quantity.difference(values[index], medians[index]))
                .filter(Double::isFinite)
                .toArray();
        return Optional.of(new NullContrast(
                model,
                StatUtils.percentile(medians, 50),
                effect(differences),
                known.length,
                Tail.of(above, known.length, model.mostAbove()),
                Tail.of(below, known.length, model.mostBelow())));
    }

    private static double[] at(int[] indices, double[] values) {
        return Arrays.stream(indices).mapToDouble(index -> values[index]).toArray();
    }

    private static int count(int windows, IntPredicate beyond) {
        return (int) IntStream.range(0, windows).filter(beyond).count();
    }

    private static double effect(double[] differences) {
        double spread = differences.length < 2 ? 0 : Math.sqrt(StatUtils.variance(differences));
        return spread > 0 ? StatUtils.percentile(differences, 50) / spread : Double.NaN;
    }

    NullContrast adjustedTo(double probabilityAbove, double probabilityBelow) {
        return new NullContrast(
                model, median, effect, windows, above.adjustedTo(probabilityAbove), below.adjustedTo(probabilityBelow));
    }

    /** Continues “it is”. */
    String clause() {
        String updates = " " + model.updates() + " give";
        if (above.isMoreThanChance() && below.isMoreThanChance()) {
            return "larger than" + updates + " in " + share(above) + " of windows and smaller in " + share(below)
                    + ", so it deviates both ways";
        }
        if (above.isMoreThanChance()) {
            return "larger than" + updates + " in " + share(above) + " of windows";
        }
        if (below.isMoreThanChance()) {
            return "smaller than" + updates + " in " + share(below) + " of windows";
        }
        return "not distinguishable from what" + updates + ", being larger in " + share(above)
                + " of windows and smaller in " + share(below);
    }

    /** Part of the windows, for people. */
    String share(Tail tail) {
        return NumberText.percent(tail.count() / (double) windows);
    }

    /** For programs. */
    Map<String, Object> document() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("null", model.title());
        fields.put("level", model.level());
        fields.put("median", median);
        fields.put("effect_size", effect);
        fields.put("windows", windows);
        put(fields, "above", above);
        put(fields, "below", below);
        return fields;
    }

    private void put(Map<String, Object> fields, String side, Tail tail) {
        fields.put("share_" + side, tail.count() / (double) windows);
        fields.put("p_" + side, tail.probability());
        fields.put("p_" + side + "_holm", tail.adjusted());
    }
}
