package dev.spectraledge.analysis.experiment.dynamics;

/**
 * y = A·x^α by least squares of ln y on ln x.
 *
 * @param exponent α
 * @param logarithmicFactor ln A
 * @param correlation of ln x and ln y, with sign; its square is R²
 * @param standardError of α
 * @param points how many were fitted
 */
record PowerLaw(double exponent, double logarithmicFactor, double correlation, double standardError, int points) {

    /** Fits positive values, at least two of them different in x. */
    static PowerLaw fit(double[] x, double[] y) {
        int n = x.length;
        double meanX = 0;
        double meanY = 0;
        for (int i = 0; i < n; i++) {
            meanX += Math.log(x[i]) / n;
            meanY += Math.log(y[i]) / n;
        }
        double xx = 0;
        double xy = 0;
        double yy = 0;
        for (int i = 0; i < n; i++) {
            double dx = Math.log(x[i]) - meanX;
            double dy = Math.log(y[i]) - meanY;
            xx += dx * dx;
            xy += dx * dy;
            yy += dy * dy;
        }
        double exponent = xy / xx;
        double correlation = xy / Math.sqrt(xx * yy);
        double residual = Math.max(yy - exponent * xy, 0);
        double error = n > 2 ? Math.sqrt(residual / (n - 2) / xx) : Double.NaN;
        return new PowerLaw(exponent, meanY - exponent * meanX, correlation, error, n);
    }

    double squaredCorrelation() {
        return correlation * correlation;
    }

    double factor() {
        return Math.exp(logarithmicFactor);
    }
}
