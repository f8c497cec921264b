package dev.spectraledge.analysis.experiment.spectral;

/**
 * Updates that are isotropic noise and one direction (Baik, Ben Arous and Péché 2005; Benaych-Georges and Nadakuditi 2012): W rows
 * of noise ν per entry in p dimensions, to which d·u·vᵀ is added with unit vectors u and v.
 *
 * @param noise ν²p, the mean squared norm of a row of noise
 * @param dimension p
 * @param rows W
 */
record SpikeModel(double noise, double dimension, int rows) {
    /** ν(√p + √W), the largest singular value of noise alone, where p is large (Marchenko and Pastur 1967). */
    double edge() {
        return Math.sqrt(noise) * (1 + Math.sqrt(rows / dimension));
    }

    /** ν(pW)^¼: a weaker direction d leaves no mode above the edge. */
    double threshold() {
        return Math.sqrt(noise / dimension) * Math.pow(dimension * rows, 0.25);
    }

    /** The d of a mode of this σ, from σ² = (d² + ν²p)(d² + ν²W)/d²; NaN up to the edge, where there is none. */
    double strength(double singularValue) {
        double other = noise * rows / dimension;
        double excess = singularValue * singularValue - noise - other;
        double root = excess * excess - 4 * noise * other;
        return singularValue > edge() && root >= 0 ? Math.sqrt((excess + Math.sqrt(root)) / 2) : Double.NaN;
    }
}
