package dev.spectraledge.analysis.report;

import java.util.Optional;

/**
 * What moves the leading direction v_1, as one observer shows it.
 *
 * @param course how the course of the gradient's share of v_1 begins and goes on
 * @param step last step of the first window in which decay has the larger share; NaN if there is none
 * @param decayLed share of the windows from that one on in which decay has the larger share; NaN if there is none
 */
record EdgeTurn(Course course, double step, double decayLed) {
    private static final double HALF = 0.5;

    enum Course {
        GRADIENT_THROUGHOUT,
        DECAY_FROM_THE_FIRST_WINDOW,
        TURNED_TO_DECAY
    }

    /** Reads the exact share where it was recorded, else the trapezoid estimate; empty if there is neither. */
    static Optional<EdgeTurn> of(ObservedSpectrum spectrum) {
        return spectrum.column("gradient_share_1")
                .or(() -> spectrum.column("trapezoid_gradient_share_1"))
                .map(shares -> of(spectrum.steps(), shares));
    }

    private static EdgeTurn of(double[] steps, double[] shares) {
        boolean gradientLed = false;
        int first = -1;
        int windows = 0;
        int decayLed = 0;
        for (int row = 0; row < shares.length; row++) {
            boolean known = !Double.isNaN(shares[row]);
            boolean decays = shares[row] < HALF;
            if (first < 0 && decays) {
                first = row;
            }
            gradientLed |= known && first < 0;
            windows += known && first >= 0 ? 1 : 0;
            decayLed += decays ? 1 : 0;
        }
        if (first < 0) {
            return new EdgeTurn(Course.GRADIENT_THROUGHOUT, Double.NaN, Double.NaN);
        }
        Course course = gradientLed ? Course.TURNED_TO_DECAY : Course.DECAY_FROM_THE_FIRST_WINDOW;
        return new EdgeTurn(course, steps[first], decayLed / (double) windows);
    }

    /** Whether the turn is where the run's first update leaves a window of {@code width} updates of {@code stride} steps. */
    boolean isOfTheWindow(double stride, int width) {
        return step == stride * (width + 1);
    }
}
