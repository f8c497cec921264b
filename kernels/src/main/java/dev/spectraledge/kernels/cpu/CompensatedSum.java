package dev.spectraledge.kernels.cpu;

/** Neumaier's (1974) correction of a running sum. */
final class CompensatedSum {
    private CompensatedSum() {}

    /** What {@code rounded}, the rounded sum of the two terms, lacks; exact. */
    static double error(double sum, double term, double rounded) {
        return Math.abs(sum) >= Math.abs(term) ? (sum - rounded) + term : (term - rounded) + sum;
    }

    /** The corrected sum; a sum that is not finite has no correction. */
    static double total(double sum, double correction) {
        return Double.isFinite(sum) ? sum + correction : sum;
    }
}
