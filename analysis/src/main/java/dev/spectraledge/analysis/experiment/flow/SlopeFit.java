package dev.spectraledge.analysis.experiment.flow;

import dev.spectraledge.analysis.statistic.Statistics;

/**
 * How well one series foretells another one, which is only known up to a scale, against the same series shifted in time around
 * its ends: that keeps how slowly each changes and destroys what they have to do with each other (ours).
 *
 * @param scale that fits best, of least squares through the origin
 * @param correlation Pearson's
 * @param exceedance share of shifts, the identity included, with at least this correlation
 */
record SlopeFit(double scale, double correlation, double exceedance) {
    /** Points that a fit needs. */
    static final int FEWEST = 8;

    /** NaN where there are fewer than {@value #FEWEST} points. */
    static SlopeFit of(double[] predicted, double[] measured) {
        int points = predicted.length;
        if (points < FEWEST) {
            return new SlopeFit(Double.NaN, Double.NaN, Double.NaN);
        }
        double own = correlation(predicted, measured, 0);
        int atLeast = 0;
        for (int shift = 0; shift < points; shift++) {
            if (correlation(predicted, measured, shift) >= own) {
                atLeast++;
            }
        }
        double products = 0;
        double squares = 0;
        for (int i = 0; i < points; i++) {
            products += predicted[i] * measured[i];
            squares += predicted[i] * predicted[i];
        }
        return new SlopeFit(products / squares, own, (double) atLeast / points);
    }

    /** Pearson's correlation with the second series moved on by so many places. */
    static double correlation(double[] x, double[] y, int shift) {
        double meanX = Statistics.mean(x);
        double meanY = Statistics.mean(y);
        double xy = 0;
        double xx = 0;
        double yy = 0;
        for (int i = 0; i < x.length; i++) {
            double dx = x[i] - meanX;
            double dy = y[(i + shift) % y.length] - meanY;
            xy += dx * dy;
            xx += dx * dx;
            yy += dy * dy;
        }
        return xy / Math.sqrt(xx * yy);
    }
}
