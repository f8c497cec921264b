package dev.spectraledge.analysis.experiment.cadence;

/**
 * What was measured of one window of the sweep.
 *
 * @param gradientFraction E_g/(E_g + E_w) along v_1
 * @param rotation of v_1 from the window one stride earlier, in degrees; NaN where the run begins
 */
record SweptWindow(
        int width,
        int stride,
        int edgePosition,
        double gradientFraction,
        double rotation,
        WindowEffects.Effects effects,
        double randomCurvature,
        double randomDivergence) {
    /** Steps that it covers. */
    long span() {
        return (long) width * stride;
    }

    /** Of the windows of a sweep: {@code v1/W=5/stride=100}. */
    static String item(String of, int width, int stride) {
        return of + "/W=" + width + "/stride=" + stride;
    }
}
