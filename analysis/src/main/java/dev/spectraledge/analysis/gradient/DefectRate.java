package dev.spectraledge.analysis.gradient;

/** Size of the two steps whose order is exchanged (Lifecycle §4.23). */
public final class DefectRate {
    private static final double USUAL = 1e-3;
    private static final double SMALLEST_STEP = 1e-6;

    private DefectRate() {}

    /** η_c = 10⁻³, or more where the smaller of both steps would be below 10⁻⁶, but at most 1. */
    public static double of(double firstNorm, double secondNorm) {
        double smaller = Math.min(firstNorm, secondNorm);
        return USUAL * smaller < SMALLEST_STEP ? Math.min(1, SMALLEST_STEP / smaller) : USUAL;
    }
}
