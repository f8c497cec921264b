package dev.spectraledge.analysis.series;

import dev.spectraledge.analysis.statistic.Statistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What is left of a series when others have explained what they can, by least squares with a constant. */
public final class Residuals {
    /** Of a regressor's own norm: what is left of less than this, the others and rounding have made. */
    private static final double DEPENDENT = 1e-10;

    private final List<double[]> basis = new ArrayList<>();

    private Residuals(int length) {
        double[] constant = new double[length];
        Arrays.fill(constant, 1);
        explainBy(constant);
    }

    /** Of other series alone; one that is constant, or that the others explain, changes nothing. */
    public static Residuals of(double[]... regressors) {
        return new Residuals(regressors[0].length).and(regressors);
    }

    /**
     * Of a polynomial in the steps: degree 1 takes out a linear trend, degree 3 a cubic one.
     *
     * @param steps not all equal
     */
    public static Residuals ofTrend(double[] steps, int degree) {
        Residuals residuals = new Residuals(steps.length);
        double middle = Statistics.mean(steps);
        double[] power = new double[steps.length];
        Arrays.fill(power, 1);
        double largest =
                Arrays.stream(steps).map(step -> Math.abs(step - middle)).max().orElse(1);
        for (int exponent = 1; exponent <= degree; exponent++) {
            for (int index = 0; index < steps.length; index++) {
                power[index] *= (steps[index] - middle) / largest;
            }
            residuals.explainBy(power.clone());
        }
        return residuals;
    }

    /** The same, with other series that explain as well. */
    public Residuals and(double[]... regressors) {
        Residuals residuals = new Residuals(basis.getFirst().length);
        basis.forEach(residuals::explainBy);
        for (double[] regressor : regressors) {
            residuals.explainBy(regressor);
        }
        return residuals;
    }

    /** By the method of Gram and Schmidt, done twice, which keeps the basis orthogonal to rounding. */
    private void explainBy(double[] regressor) {
        double norm = norm(regressor);
        double[] rest = apply(apply(regressor));
        double left = norm(rest);
        if (left > DEPENDENT * norm) {
            basis.add(Arrays.stream(rest).map(value -> value / left).toArray());
        }
    }

    /** The part of a series that is orthogonal to the constant and to everything that explains; its mean is 0. */
    public double[] apply(double[] values) {
        double[] rest = values.clone();
        for (double[] vector : basis) {
            double share = 0;
            for (int index = 0; index < rest.length; index++) {
                share += vector[index] * rest[index];
            }
            for (int index = 0; index < rest.length; index++) {
                rest[index] -= share * vector[index];
            }
        }
        return rest;
    }

    /** How many numbers are fitted, the constant among them. */
    public int parameters() {
        return basis.size();
    }

    private static double norm(double[] values) {
        return Math.sqrt(Arrays.stream(values).map(value -> value * value).sum());
    }
}
