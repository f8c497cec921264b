package dev.spectraledge.analysis.series;

import java.util.Arrays;
import java.util.stream.Stream;
import org.hipparchus.distribution.continuous.FDistribution;

/**
 * Whether the past of one series says of the present of another what its own past does not (Granger 1969), as Spectral Edge Dynamics
 * §4.4 has it: least squares on a constant, a covariate at the same time and the last one or two values, whichever Akaike's criterion
 * prefers of the larger model. It takes both for stationary; trends make it find what is not there.
 *
 * @param order p, values of the past
 * @param statistic F of the values of the first series
 * @param probability its upper tail; 1 where there are too few values, or the first series is explained by the rest
 */
public record GrangerCausality(int order, double statistic, double probability) {
    private static final int MOST = 2;

    /** Of series of one length, in equal intervals. */
    public static GrangerCausality of(double[] x, double[] y, double[] covariate) {
        GrangerCausality best = null;
        double least = Double.POSITIVE_INFINITY;
        for (int order = 1; order <= MOST; order++) {
            double[] target = lagged(y, 0, order);
            Residuals restricted = Residuals.of(Stream.concat(Stream.of(lagged(covariate, 0, order)), past(y, order))
                    .toArray(double[][]::new));
            Residuals whole = restricted.and(past(x, order).toArray(double[][]::new));
            double criterion =
                    target.length * Math.log(squares(whole, target) / target.length) + 2.0 * whole.parameters();
            if (best == null || (criterion < least && whole.parameters() < target.length)) {
                best = of(restricted, whole, target, order);
                least = criterion;
            }
        }
        return best;
    }

    private static GrangerCausality of(Residuals restricted, Residuals whole, double[] target, int order) {
        int added = whole.parameters() - restricted.parameters();
        int free = target.length - whole.parameters();
        double left = squares(whole, target);
        double statistic = (squares(restricted, target) - left) / added / (left / free);
        boolean defined = added > 0 && free > 0 && Double.isFinite(statistic) && statistic >= 0;
        return new GrangerCausality(
                order,
                defined ? statistic : Double.NaN,
                defined ? 1 - new FDistribution(added, free).cumulativeProbability(statistic) : 1);
    }

    private static Stream<double[]> past(double[] values, int order) {
        return Stream.iterate(1, lag -> lag <= order, lag -> lag + 1).map(lag -> lagged(values, lag, order));
    }

    /** As many values as have {@code order} before them, each so many places earlier. */
    private static double[] lagged(double[] values, int lag, int order) {
        return Arrays.copyOfRange(values, order - lag, values.length - lag);
    }

    private static double squares(Residuals explained, double[] values) {
        return Arrays.stream(explained.apply(values))
                .map(value -> value * value)
                .sum();
    }
}
